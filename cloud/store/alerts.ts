import { sql } from 'kysely';
import { Hwid, NodeId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import type { EventId } from '../core/ids.ts';
import { ADVICE, alertKey, foldSuspicions, type Suspicion, type SuspicionKind } from '../core/suspicion.ts';
import type { StoreContext } from './context.ts';

/** One alert as people read it: what was suspected, how often, by what it was seen last, and what to do. */
export interface Alert {
  readonly id: string;
  readonly kind: SuspicionKind;
  readonly hwid: string;
  readonly node?: string;
  readonly dm?: string;
  readonly event: string;
  readonly offMs?: number;
  readonly times: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly advice: string;
}

/** Suspicions about frames, folded to one row a day and door. */
export const alertRows = ({ db, mint }: StoreContext) => ({
  /** Each key is written once: PostgreSQL takes no row twice in one statement, and locks come in one order. */
  async noteAll(suspicions: readonly Suspicion[]): Promise<void> {
    for (const { latest, times, firstAt, lastAt } of foldSuspicions(suspicions)) {
      const { kind, hwid, nodeId, dm, eventId, offMs } = latest;
      const seen = { dm: dm ?? null, event_id: eventId, off_ms: offMs ?? null };
      await db
        .insertInto('alert')
        .values({
          id: mint.id('alert'),
          alert_key: alertKey(latest),
          kind,
          hwid,
          node_id: nodeId ?? null,
          ...seen,
          times,
          first_at: firstAt,
          last_at: lastAt,
        })
        .onConflict((conflict) =>
          conflict.column('alert_key').doUpdateSet({
            ...seen,
            times: sql`alert.times + ${times}`,
            first_at: sql`case when alert.first_at < ${firstAt} then alert.first_at else ${firstAt} end`,
            last_at: sql`case when alert.last_at > ${lastAt} then alert.last_at else ${lastAt} end`,
          }),
        )
        .execute();
    }
  },

  note(suspicion: Suspicion): Promise<void> {
    return this.noteAll([suspicion]);
  },

  /** The newest first. */
  async list(limit: number): Promise<Alert[]> {
    const rows = await db
      .selectFrom('alert')
      .selectAll()
      .orderBy('last_at', 'desc')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind as SuspicionKind,
      hwid: row.hwid,
      ...(row.node_id !== null && { node: row.node_id }),
      ...(row.dm !== null && { dm: row.dm }),
      event: row.event_id,
      ...(row.off_ms !== null && { offMs: row.off_ms }),
      times: row.times,
      firstAt: row.first_at,
      lastAt: row.last_at,
      advice: ADVICE[row.kind as SuspicionKind],
    }));
  },

  /** Of all events there are; on PostgreSQL older ones may still be on their way to be seen. */
  async newestSeq(): Promise<number> {
    const newest = await db
      .selectFrom('event')
      .select(({ fn }) => fn.max<number | null>('seq').as('seq'))
      .executeTakeFirst();
    return newest?.seq ?? 0;
  },

  /**
   * Signed frames heard of nodes that said goodbye longer than `graceMs` before: nobody of ours sent them. Looks at the
   * events after `afterSeq` up to `upToSeq`, and not beyond the first that waits, of which nobody knows yet what it is;
   * returns how far it looked, to go on from.
   */
  async ofSilentNodes(
    afterSeq: number,
    upToSeq: number,
    graceMs: number,
  ): Promise<{ readonly seq: number; readonly suspicions: Suspicion[] }> {
    const waiting = await db
      .selectFrom('event')
      .select(({ fn }) => fn.min<number | null>('seq').as('seq'))
      .where('state', '=', sql.lit('pending'))
      .where('seq', '>', afterSeq)
      .executeTakeFirst();
    const seq = Math.max(afterSeq, Math.min(upToSeq, (waiting?.seq ?? Number.MAX_SAFE_INTEGER) - 1));
    const rows = await db
      .selectFrom('event')
      .innerJoin('node_state', 'node_state.node_id', 'event.node_id')
      .select(['event.id', 'event.node_id', 'event.hwid', 'event.dm', 'event.at'])
      .where('event.seq', '>', afterSeq)
      .where('event.seq', '<=', seq)
      .where('event.trust', '=', 'signed')
      .where('node_state.online', '=', 0)
      .whereRef('event.at', '>', sql<number>`node_state.seen_at + ${graceMs}`)
      .orderBy('event.seq')
      .execute();
    const suspicions = rows.flatMap((row): Suspicion[] => {
      const hwid = Hwid.safeParse(row.hwid);
      const nodeId = NodeId.safeParse(row.node_id);
      if (!hwid.success || !nodeId.success) return [];
      const seen = { hwid: hwid.data, nodeId: nodeId.data, eventId: row.id as EventId, at: epochMs(row.at) };
      return [{ kind: 'silent-node', ...seen, ...(row.dm !== null && { dm: row.dm }) }];
    });
    return { seq, suspicions };
  },
});

export type AlertRows = ReturnType<typeof alertRows>;
