import { formatCode, parseCode } from '../core/coupon/code.ts';
import { Problem } from '../core/problem.ts';
import { present, type StoreContext } from './context.ts';

/** Plain look-ups for people: one coupon, the newest events. */
export const readings = ({ db, vault }: StoreContext) => ({
  /** A coupon with its code, by its id or by the code a person reads out. Throws {@link Problem} when there is none. */
  async coupon(asked: string) {
    const code = parseCode(asked);
    const row = await db
      .selectFrom('coupon')
      .selectAll()
      .where(code === undefined ? 'id' : 'code_hash', '=', code === undefined ? asked : vault.digest(code))
      .executeTakeFirst();
    if (row === undefined) throw new Problem('not_found', 'unknown_coupon', `no coupon "${asked}"`);
    return {
      id: row.id,
      code: formatCode(vault.open(row.code_sealed).toString('utf8')),
      campaign: row.campaign_id,
      state: row.state,
      member: row.member_id,
      store: row.store_id,
      issuedAt: row.issued_at,
      expiresAt: row.expires_at,
      /** How often a person looked at its page. */
      opened: row.opened_count,
      ...present({ openedAt: row.opened_at, source: row.source }),
    };
  },

  /** Newest first. */
  async events({ limit, member }: { readonly limit: number; readonly member?: string }) {
    const rows = await db
      .selectFrom('event')
      .selectAll()
      .$if(member !== undefined, (query) => query.where('member_id', '=', member ?? ''))
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      ear: row.ear,
      type: row.type,
      sourceId: row.source_id,
      at: row.at,
      receivedAt: row.received_at,
      state: row.state,
      ...present({
        store: row.store_id,
        node: row.node_id,
        member: row.member_id,
        visit: row.visit_id,
        trust: row.trust,
        hwid: row.hwid,
        dm: row.dm,
      }),
    }));
  },
});
