import type { NodeId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import type { EventId } from '../core/ids.ts';
import type { EventPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';

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
        body_sealed: event.body === null ? null : vault.seal(JSON.stringify(event.body)),
      })
      .onConflict((conflict) => conflict.column('source_id').doNothing())
      .executeTakeFirstOrThrow();
    return Number(numInsertedOrUpdatedRows ?? 0) === 1;
  },

  async pending(limit) {
    const rows = await db
      .selectFrom('event')
      .selectAll()
      .where('state', '=', 'pending')
      .orderBy('seq')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id as EventId,
      ear: row.ear,
      sourceId: row.source_id,
      type: row.type,
      at: epochMs(row.at),
      receivedAt: epochMs(row.received_at),
      ...(row.age_ms !== null && { ageMs: row.age_ms }),
      ...(row.node_id !== null && { nodeId: row.node_id as NodeId }),
      body: row.body_sealed === null ? null : (JSON.parse(vault.open(row.body_sealed).toString('utf8')) as unknown),
    }));
  },

  async close(id, state, facts) {
    await db
      .updateTable('event')
      .set({
        state,
        body_sealed: null,
        ...(facts.nodeId !== undefined && { node_id: facts.nodeId }),
        store_id: facts.storeId ?? null,
        member_id: facts.memberId ?? null,
        visit_id: facts.visitId ?? null,
        trust: facts.trust ?? null,
        hwid: facts.hwid ?? null,
        dm: facts.dm ?? null,
        count: facts.count ?? null,
      })
      .where('id', '=', id)
      .execute();
  },
});
