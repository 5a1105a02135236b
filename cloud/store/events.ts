import { type Selectable, sql } from 'kysely';
import type { NodeId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import type { RefusalReason } from '../core/decide/reasons.ts';
import type { EventId } from '../core/ids.ts';
import type { ClaimedEvent, EventDetail, EventFacts, NewEvent, WantedEvents } from '../core/ports.ts';
import type { Changes } from '../core/working-set-types.ts';
import type { StoreContext } from './context.ts';
import { insertRows, listOf, rowsTable, type Shape } from './many.ts';
import type { Database } from './schema.ts';
import type { Vault } from './vault.ts';

const NONE: ReadonlySet<string> = new Set();
const LATE: RefusalReason = 'late_event';

/** Append-only record of what was heard; unique by where it came from. */
export const eventRows = ({ db, vault }: StoreContext) => {
  const seal = (body: unknown): Uint8Array | undefined =>
    body === null ? undefined : vault.seal(JSON.stringify(body));
  const toWaiting = (event: NewEvent) => ({
    ...toRow(event),
    state: 'pending',
    body_sealed: seal(event.body),
  });
  const read = (row: Selectable<Database['event']>): ClaimedEvent => {
    const event = {
      id: row.id as EventId,
      ear: row.ear,
      sourceId: row.source_id,
      type: row.type,
      at: epochMs(row.at),
      receivedAt: epochMs(row.received_at),
      ...(row.age_ms !== null && { ageMs: row.age_ms }),
      ...(row.node_id !== null && { nodeId: row.node_id as NodeId }),
    };
    return {
      ...event,
      body: () =>
        row.body_sealed === null ? null : (JSON.parse(vault.open(row.body_sealed).toString('utf8')) as unknown),
    };
  };

  /** Ends the wait of events; nothing of their bodies is kept. */
  const closeAll = async (closed: Changes['closed']): Promise<void> => {
    if (closed.length === 0) return;
    const facts = closed.map((one) => toFacts(one.id, one.facts, vault));
    const columns = Object.keys(FACTS).filter((column) => column !== 'id');
    const set = columns.map((column) => sql`${sql.ref(column)} = r.${sql.ref(column)}`);
    await sql`
      UPDATE event SET state = 'done', body_sealed = NULL, ${sql.join(set)}
      FROM ${rowsTable(db, FACTS, facts)} AS r WHERE event.id = r.id AND event.state = 'pending'
    `.execute(db);
  };

  return {
    /** Makes an event wait. False when the same occurrence is already there. */
    async add(event: NewEvent): Promise<boolean> {
      return (await insertRows(db, 'event', WAITING, [toWaiting(event)], ['source_id'])) === 1;
    },

    /**
     * Makes all of these wait, but for those that are already there, whose source ids it returns. Nearly always there
     * are none, and then nothing is looked up.
     */
    async addAll(events: readonly NewEvent[]): Promise<ReadonlySet<string>> {
      const added = await insertRows(db, 'event', WAITING, events.map(toWaiting), ['source_id']);
      if (added === events.length) return NONE;
      const rows = await db
        .selectFrom('event')
        .select(['id', 'source_id'])
        .where(
          'source_id',
          'in',
          listOf(
            db,
            events.map(({ sourceId }) => sourceId),
          ),
        )
        .execute();
      const ours = new Set<string>(events.map(({ id }) => id));
      return new Set(rows.flatMap(({ id, source_id }) => (ours.has(id) ? [] : [source_id])));
    },

    /** Writes events that need not wait, with what came of them. How many went in: repeats are left out. */
    addDone: (heard: Changes['heard']): Promise<number> =>
      insertRows(
        db,
        'event',
        DONE,
        heard.map(({ event, facts }) => ({ ...toRow(event), ...toFacts(event.id, facts, vault), state: 'done' })),
        ['source_id'],
      ),

    /** Which of these occurrences are already there. */
    async known(sourceIds: readonly string[]): Promise<Set<string>> {
      if (sourceIds.length === 0) return new Set();
      const rows = await db
        .selectFrom('event')
        .select('source_id')
        .where('source_id', 'in', listOf(db, sourceIds))
        .execute();
      return new Set(rows.map(({ source_id }) => source_id));
    },

    /**
     * Makes an occurrence that came again wait once more, as it came now: its reply token lives anew. Only where it
     * still waits, or where nothing came of it and some campaign found it late. All that was decided of it gives way:
     * one occurrence is judged as one, at one time. False for any other.
     */
    async renew({ sourceId, receivedAt, ageMs, body }: NewEvent): Promise<boolean> {
      const row = await db
        .selectFrom('event')
        .select(['id', 'state'])
        .where('source_id', '=', sourceId)
        // Whoever works it off at this moment is done first: what was decided counts.
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined || row.state === 'failed') return false;
      if (row.state === 'done') {
        const decided = await db
          .selectFrom('decision')
          .leftJoin('delivery', 'delivery.decision_id', 'decision.id')
          .select(['decision.outcome', 'decision.reason', 'delivery.id as said'])
          .where('decision.event_id', '=', row.id)
          .execute();
        // Who was told that all is given out has had an answer, and the token is used up.
        const nothingCame = decided.every(({ outcome, said }) => outcome === 'refused' && said === null);
        if (!nothingCame || !decided.some(({ reason }) => reason === LATE)) return false;
        await db.deleteFrom('decision').where('event_id', '=', row.id).execute();
      }
      await db
        .updateTable('event')
        .set({ state: 'pending', received_at: receivedAt, age_ms: ageMs ?? null, body_sealed: seal(body) ?? null })
        .where('id', '=', row.id)
        .execute();
      return true;
    },

    /** What waits, in the order it came. Only a claim says whether it is still there to be worked off. */
    async pending(limit: number): Promise<EventId[]> {
      const rows = await db
        .selectFrom('event')
        .select('id')
        .where('state', '=', sql.lit('pending'))
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map((row) => row.id as EventId);
    },

    /** Those of them that still wait, in the order they came; nobody else gets them before this transaction ends. */
    async claim(wanted: WantedEvents): Promise<ClaimedEvent[]> {
      const events = db.selectFrom('event').selectAll();
      const rows = await ('most' in wanted
        ? events.where('state', '=', sql.lit('pending')).limit(wanted.most)
        : events.where('id', 'in', listOf(db, wanted)).where('state', '=', 'pending')
      )
        .orderBy('seq')
        // Locked by a rival, it is being worked off; skipped, it does not hold up the next one.
        .forUpdate()
        .skipLocked()
        .execute();
      return rows.map(read);
    },

    closeAll,

    /** Ends the wait of an event. Done, nothing of its body is kept; failed, all of it is, to be looked into. */
    async close(id: EventId, state: 'done' | 'failed', facts: EventFacts): Promise<void> {
      if (state === 'done') await closeAll([{ id, facts }]);
      else {
        await db.updateTable('event').set({ state }).where('id', '=', id).where('state', '=', 'pending').execute();
      }
    },
  };
};

const toRow = (event: NewEvent) => ({
  id: event.id,
  ear: event.ear,
  source_id: event.sourceId,
  type: event.type,
  at: event.at,
  received_at: event.receivedAt,
  age_ms: event.ageMs,
  node_id: event.nodeId,
});

const toFacts = (id: EventId, facts: EventFacts, vault: Vault) => ({
  id,
  node_id: facts.nodeId,
  store_id: facts.storeId,
  member_id: facts.memberId,
  visit_id: facts.visitId,
  trust: facts.trust,
  hwid: facts.hwid,
  dm: facts.dm,
  count: facts.count,
  trigger_on: facts.trigger,
  detail: facts.detail && detailText(facts.detail, vault),
});

/** What somebody typed is not kept, yet whether it was a certain phrase can be asked. */
const detailText = ({ phrase, ...plain }: EventDetail, vault: Vault): string =>
  JSON.stringify({ ...plain, ...(phrase !== undefined && { phrase: vault.digest(phrase) }) });

const HEARD = {
  id: 'text',
  ear: 'text',
  source_id: 'text',
  type: 'text',
  at: 'int',
  received_at: 'int',
  age_ms: 'int',
  node_id: 'text',
} as const satisfies Shape<ReturnType<typeof toRow>>;

const FACTS = {
  id: 'text',
  node_id: 'text',
  store_id: 'text',
  member_id: 'text',
  visit_id: 'text',
  trust: 'text',
  hwid: 'text',
  dm: 'text',
  count: 'int',
  trigger_on: 'text',
  detail: 'text',
} as const satisfies Shape<ReturnType<typeof toFacts>>;

const WAITING = { ...HEARD, state: 'text', body_sealed: 'bytes' } as const;
const DONE = { ...HEARD, ...FACTS, state: 'text' } as const;
