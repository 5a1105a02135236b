import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { messagesKey, stockKey } from '../core/counter-keys.ts';
import { clockOf } from '../core/decide/clock.ts';
import { quotaLeft, quotaMonth } from '../core/deliver/quota.ts';
import type { MemberId } from '../core/ids.ts';
import type { Plan, PlannedCampaign } from '../core/plan.ts';
import type { Offer } from '../core/working-set-types.ts';
import { readOffers } from './campaigns.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { listOf } from './many.ts';
import { firstSeq } from './recorded.ts';

/** The campaigns that have not ended and the nodes that stand. */
export async function readStreet(db: Db) {
  const nodes = await db.selectFrom('node').select(['id', 'store_id', 'zone']).orderBy('id').execute();
  return {
    offers: await readOffers(db),
    nodes: nodes.map(({ id, store_id, zone }) => ({ node: id, store: store_id, zone })),
  };
}
export type Street = Awaited<ReturnType<typeof readStreet>>;

/** What was recorded that tells how many people there are. Reads only. */
export const planRows = ({ db }: Pick<StoreContext, 'db'>) => ({
  async recordedSince(): Promise<EpochMs | undefined> {
    const row = await db.selectFrom('event').select('received_at').orderBy('seq').limit(1).executeTakeFirst();
    return row && epochMs(row.received_at);
  },

  /** Events of each node since then. */
  async eventsByNode(since: EpochMs): Promise<Map<string, number>> {
    const rows = await db
      .selectFrom('event')
      .select(({ fn }) => ['node_id', fn.countAll<number>().as('n')])
      .where('seq', '>=', await firstSeq(db, since))
      .where('node_id', 'is not', null)
      .groupBy('node_id')
      .execute();
    return new Map(rows.map(({ node_id, n }) => [node_id ?? '', n]));
  },

  /** Of some members: who has LINE, who carries a tag, and when LINE Beacon heard them last. */
  async ways(ids: readonly MemberId[]) {
    const list = listOf(db, ids);
    const links = await db
      .selectFrom('identity_link')
      .select(['member_id', 'kind'])
      .where('member_id', 'in', list)
      .where('kind', 'in', ['line_user', 'ble_tag'])
      .where('ended_at', 'is', null)
      .execute();
    const heard = await db
      .selectFrom('event')
      .select(({ fn }) => ['member_id', fn.max<number>('at').as('at')])
      .where('member_id', 'in', list)
      .where('ear', '=', 'line')
      .where('type', '=', 'beacon')
      .groupBy('member_id')
      .execute();
    const of = (kind: string) =>
      new Set(links.filter((link) => link.kind === kind).map(({ member_id }) => member_id as MemberId));
    return {
      line: of('line_user'),
      tags: of('ble_tag'),
      heardAt: new Map(heard.map(({ member_id, at }) => [member_id as MemberId, at])),
    };
  },

  /** What is left of a campaign's stock and budget. */
  async left(offer: Offer, now: EpochMs): Promise<Pick<PlannedCampaign, 'stock' | 'messages'>> {
    const { stock, messages } = offer.spec.limits;
    const keys = {
      stock: stockKey(offer.campaignId),
      messages: messages && messagesKey(offer.campaignId, now, messages.per, clockOf(offer, undefined).timeZone),
    };
    const rows = await db
      .selectFrom('counter')
      .selectAll()
      .where('key', 'in', [keys.stock, ...(keys.messages === undefined ? [] : [keys.messages])])
      .execute();
    const used = (key: string | undefined): number => rows.find((row) => row.key === key)?.used ?? 0;
    return {
      ...(stock !== undefined && { stock: { of: stock, left: Math.max(0, stock - used(keys.stock)) } }),
      ...(messages && {
        messages: { max: messages.max, per: messages.per, left: Math.max(0, messages.max - used(keys.messages)) },
      }),
    };
  },

  async quota(now: EpochMs): Promise<Plan['line']['quota']> {
    const row = await db.selectFrom('line_quota').selectAll().executeTakeFirst();
    if (row === undefined || row.month !== quotaMonth(now)) return undefined;
    const { month, used, most, read_at } = row;
    const left = most === null ? undefined : quotaLeft({ month, used, most }, 0, now);
    return {
      ...{ used, readAt: epochMs(read_at) },
      ...(most !== null && { most }),
      ...(left !== undefined && { left }),
    };
  },
});
