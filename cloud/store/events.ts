import type { NodeId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import type { RefusalReason } from '../core/decide/reasons.ts';
import type { EventId } from '../core/ids.ts';
import type { EventPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';

const LATE: RefusalReason = 'late_event';

/** Append-only record of what was heard; unique by where it came from. */
export const eventRows = ({ db, vault }: StoreContext): EventPort => ({
  async add(event) {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('event')
      .values({
        id: event.id,
        ear: event.ear,
        source_id: event.sourceId,
        type: event.type,
        at: event.at,
        received_at: event.receivedAt,
        age_ms: event.ageMs ?? null,
        state: 'pending',
        node_id: event.nodeId ?? null,
        store_id: null,
        member_id: null,
        visit_id: null,
        trust: null,
        dm: null,
        hwid: null,
        count: null,
        trigger_on: null,
        body_sealed: event.body === null ? null : vault.seal(JSON.stringify(event.body)),
      })
      .onConflict((conflict) => conflict.column('source_id').doNothing())
      .executeTakeFirstOrThrow();
    return Number(numInsertedOrUpdatedRows ?? 0) === 1;
  },

  async renew({ sourceId, receivedAt, ageMs, body }) {
    const row = await db
      .selectFrom('event')
      .select(['id', 'state'])
      .where('source_id', '=', sourceId)
      .executeTakeFirst();
    if (row === undefined || row.state === 'failed') return false;
    if (row.state === 'done') {
      const decided = await db.selectFrom('decision').select('reason').where('event_id', '=', row.id).execute();
      if (decided.length === 0 || decided.some(({ reason }) => reason !== LATE)) return false;
      await db.deleteFrom('decision').where('event_id', '=', row.id).execute();
    }
    await db
      .updateTable('event')
      .set({
        state: 'pending',
        received_at: receivedAt,
        age_ms: ageMs ?? null,
        body_sealed: body === null ? null : vault.seal(JSON.stringify(body)),
      })
      .where('id', '=', row.id)
      .execute();
    return true;
  },

  async pending(limit) {
    const rows = await db
      .selectFrom('event')
      .select('id')
      .where('state', '=', 'pending')
      .orderBy('seq')
      .limit(limit)
      .execute();
    return rows.map((row) => row.id as EventId);
  },

  async claim(id) {
    // A write even though it changes nothing: it is what keeps a second process out until this transaction ends.
    const row = await db
      .updateTable('event')
      .set({ state: 'pending' })
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return {
      id,
      ear: row.ear,
      sourceId: row.source_id,
      type: row.type,
      at: epochMs(row.at),
      receivedAt: epochMs(row.received_at),
      ...(row.age_ms !== null && { ageMs: row.age_ms }),
      ...(row.node_id !== null && { nodeId: row.node_id as NodeId }),
      body: row.body_sealed === null ? null : (JSON.parse(vault.open(row.body_sealed).toString('utf8')) as unknown),
    };
  },

  async close(id, state, facts) {
    await db
      .updateTable('event')
      .set({
        state,
        ...(state === 'done' && { body_sealed: null }),
        ...(facts.nodeId !== undefined && { node_id: facts.nodeId }),
        store_id: facts.storeId ?? null,
        member_id: facts.memberId ?? null,
        visit_id: facts.visitId ?? null,
        trust: facts.trust ?? null,
        hwid: facts.hwid ?? null,
        dm: facts.dm ?? null,
        count: facts.count ?? null,
        trigger_on: facts.trigger ?? null,
      })
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .execute();
  },
});
