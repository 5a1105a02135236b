import type Database from 'better-sqlite3';
import { newOutboxEpoch } from '../../protocol/ids.ts';
import type { EventAck } from '../../protocol/messages/events.ts';
import { type ClockAnchor, type ClockWatch, repairable, repairClock, watchClock } from '../core/clock-repair.ts';
import type { EventDraft, Moment } from '../core/event-draft.ts';
import { lossCount, lossesDraft, PRIORITY_OF } from '../core/outbox-losses.ts';
import { createNumbering, type EventIdentity, type Numbering } from '../core/outbox-numbering.ts';
import { unlessDiskFault } from './disk-fault.ts';
import { boundParked, makeRoom } from './outbox-room.ts';
import { type OutboxRow, toRow } from './outbox-rows.ts';
import { prepareOutbox, type StoredRow } from './outbox-statements.ts';

/**
 * The rows on their way to the cloud.
 *
 *   append ──▶ waiting ──ack: done──▶ deleted
 *                 ├──ack: rejected──▶ parked (kept for people to see, with the cloud's code)
 *                 └──outbox full──▶ dropped, counted by kind, and named by a `loss` event
 *
 * Invariants: what `append` returned from is synced to disk, where there is one; (epoch, seq) never names two events; a row
 * leaves only through an ack of its own epoch or by being counted as dropped.
 */
export interface Outbox extends OutboxReader {
  /**
   * One transaction, in which `alongside` may write what must be as durable as the drafts. Throws when the disk fails;
   * whether it holds them then is unknown. Handed in again, the same draft objects are the same events to the cloud.
   */
  append(drafts: readonly EventDraft[], now: Moment, alongside?: () => void): void;
  /** Once a beat: puts right the wall times of waiting rows where the clock has been. Throws when the disk fails. */
  tend(now: Moment): void;
}

/** The uplink's part of it. */
export interface OutboxReader {
  /** The oldest rows the cloud has not answered for. */
  waiting(limit: number): readonly OutboxRow[];
  settle(ack: EventAck): { readonly done: number; readonly parked: number };
  /** In constant time, however many rows wait. */
  depth(): OutboxDepth;
  /** Differs from its last value when another connection has committed. */
  version(): number;
}

export interface OutboxDepth {
  readonly waiting: number;
  readonly parked: number;
  readonly dropped: number;
  readonly droppedByKind: Readonly<Record<string, number>>;
  /** `memory`: the disk takes no rows; those that wait are gone if the node loses its power. */
  readonly mode: 'disk' | 'memory';
  /** What is wrong with the disk. */
  readonly why?: string;
}

export interface OutboxOptions {
  readonly maxBytes: number;
  readonly mode?: OutboxDepth['mode'];
  /** Two outboxes of one writer share it: what one failed to store keeps its number in the other. */
  readonly numbering?: Numbering;
}

interface Numbered {
  readonly draft: EventDraft;
  readonly identity: EventIdentity;
}

/** The outbox in one database, which {@link openDatabase} has opened; throws when it cannot be read. */
export function createOutbox(db: Database.Database, options: OutboxOptions): Outbox {
  const { maxBytes, mode = 'disk', numbering = createNumbering(newOutboxEpoch) } = options;
  const statements = prepareOutbox(db);
  let watch: ClockWatch | undefined;
  /** The clock at the last beat, for events that waited for the disk while it was put right. */
  let anchor: ClockAnchor | undefined;

  function insert({ draft: written, identity }: Numbered): number {
    const draft = anchor === undefined ? written : repairClock(written, anchor);
    const body = JSON.stringify(draft);
    const bytes = body.length + ROW_OVERHEAD_BYTES;
    const { type, at, monoMs, boot, clock } = draft;
    const { epoch, seq } = identity;
    return statements.insert.run(epoch, seq, type, PRIORITY_OF[type], at, monoMs, boot, clock, body, bytes).changes ===
      1
      ? bytes
      : 0;
  }

  function insertAll(numbered: readonly Numbered[]): void {
    let rows = 0;
    let bytes = 0;
    for (const one of numbered) {
      const added = insert(one);
      rows += added > 0 ? 1 : 0;
      bytes += added;
    }
    statements.add.run(rows, bytes, 0, 0);
  }

  const appendAll = db.transaction((numbered: readonly Numbered[], now: Moment, alongside?: () => void) => {
    insertAll(numbered);
    const losses = makeRoom(statements, maxBytes);
    if (lossCount(losses) > 0) {
      const draft = lossesDraft(losses, `the outbox was full at ${maxBytes} bytes`, now);
      insertAll([{ draft, identity: numbering.number(draft) }]);
    }
    alongside?.();
  });

  const settleAll = db.transaction((ack: EventAck) => {
    let done = 0;
    let freed = 0;
    for (const [from, to] of ack.done) {
      const bytes = statements.deleteRange.all(ack.epoch, from, to);
      done += bytes.length;
      freed += sum(bytes);
    }
    let parked = 0;
    let parkedBytes = 0;
    for (const { seq, code } of ack.rejected) {
      parked += statements.park.run(code, ack.epoch, seq).changes;
      parkedBytes += sum(statements.deleteRange.all(ack.epoch, seq, seq));
    }
    statements.add.run(-done - parked, -freed - parkedBytes, parked, parkedBytes);
    if (parked > 0) boundParked(statements, maxBytes);
    return { done, parked };
  });

  /** Damaged rows cannot be sent: they go, counted, or they would stand before the others for ever. Returns how many went. */
  const dropDamaged = db.transaction((damaged: readonly StoredRow[]) => {
    // Not all may be there: the other process gives rows up too, and in a damaged tree some are seen and not found.
    const gone = damaged.filter(({ id }) => statements.deleteRow.run(id).changes > 0);
    statements.add.run(-gone.length, -sum(gone.map(({ bytes }) => bytes)), 0, 0);
    if (gone.length > 0) statements.countDropped.run('unknown', gone.length);
    return gone.length;
  });

  function waiting(limit: number): readonly OutboxRow[] {
    const stored = statements.waiting.all(limit);
    const rows = stored.flatMap((row) => toRow(row) ?? []);
    if (rows.length === stored.length) return rows;
    // A disk that takes no writes keeps them; the others are sent all the same.
    const dropped = unlessDiskFault(() => dropDamaged.immediate(stored.filter((row) => toRow(row) === undefined))) ?? 0;
    return dropped > 0 ? waiting(limit) : rows;
  }

  const repairAll = db.transaction(({ boot, clock, offsetMs }: ClockAnchor) => {
    for (const before of repairable({ boot, clock, offsetMs })) statements.repair.run(clock, offsetMs, boot, before);
  });

  return {
    append(drafts, now, alongside) {
      const numbered = drafts.map((draft) => ({ draft, identity: numbering.number(draft) }));
      try {
        appendAll.immediate(numbered, now, alongside);
      } catch (error) {
        numbering.inDoubt(numbered);
        throw error;
      }
    },
    tend(now) {
      const seen = watchClock(watch, now);
      if (seen.anchor !== undefined) repairAll.immediate(seen.anchor);
      watch = seen.watch;
      const { boot, clock } = now;
      anchor = clock === 'unsynced' ? undefined : { boot, clock, offsetMs: watch.offsetMs };
    },
    waiting,
    settle: (ack) => settleAll.immediate(ack),
    depth() {
      const { waiting, parked } = statements.sum.get() ?? { waiting: 0, parked: 0 };
      const droppedByKind = Object.fromEntries(statements.dropped.all().map(({ kind, rows }) => [kind, rows]));
      return { waiting, parked, dropped: sum(Object.values(droppedByKind)), droppedByKind, mode };
    },
    version: () => Number(db.pragma('data_version', { simple: true })),
  };
}

/** What SQLite adds to a row's text: other columns, cell and index entry; measured at about this. */
const ROW_OVERHEAD_BYTES = 120;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
