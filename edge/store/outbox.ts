import type Database from 'better-sqlite3';
import { newOutboxEpoch, OutboxEpoch } from '../../protocol/ids.ts';
import type { EventAck, NodeEvent } from '../../protocol/messages/events.ts';
import { type EventDraft, lossDraft, type Moment } from '../core/event-draft.ts';
import { OUTBOX_EVICT_SHARE } from '../core/thresholds.ts';

/**
 * The durable rows on their way to the cloud.
 *
 *   append ──▶ waiting ──ack: done──▶ deleted
 *                 ├──ack: rejected──▶ parked (kept for people to see, with the cloud's code)
 *                 └──outbox full──▶ dropped, counted, and named by a `loss` event
 *
 * Invariants: what `append` returned from is synced to disk; (epoch, seq) is never used twice; a row leaves only through
 * an ack of its own epoch or by being counted as dropped.
 */
export interface Outbox {
  /**
   * One transaction, in which `alongside` may write what must be as durable as the drafts. Throws when the disk fails;
   * nothing of it is durable then and must be done again.
   */
  append(drafts: readonly EventDraft[], now: Moment, alongside?: () => void): void;
  /** The oldest rows the cloud has not answered for. */
  waiting(limit: number): readonly OutboxRow[];
  settle(ack: EventAck): { readonly done: number; readonly parked: number };
  depth(): OutboxDepth;
  /** Differs from its last value when another connection has committed. */
  version(): number;
}

export interface OutboxRow {
  readonly seq: number;
  readonly epoch: OutboxEpoch;
  readonly bytes: number;
  readonly event: NodeEvent;
}

export interface OutboxDepth {
  readonly waiting: number;
  readonly parked: number;
  readonly dropped: number;
}

interface StoredRow {
  readonly seq: number;
  readonly epoch: OutboxEpoch;
  readonly bytes: number;
  readonly body: string;
}

export function createOutbox(db: Database.Database, options: { readonly maxBytes: number }): Outbox {
  const statements = prepare(db);
  let uncertain = false;

  function currentEpoch(): OutboxEpoch {
    const stored = OutboxEpoch.safeParse(statements.readEpoch.get());
    if (stored.success && !uncertain) return stored.data;
    const epoch = newOutboxEpoch();
    statements.writeEpoch.run(epoch);
    return epoch;
  }

  const insert = (epoch: OutboxEpoch, draft: EventDraft): void => {
    const body = JSON.stringify(draft);
    const { type, at, monoMs, boot, clock } = draft;
    statements.insert.run(epoch, type, at, monoMs, boot, clock, body, body.length + ROW_OVERHEAD_BYTES);
  };

  const appendAll = db.transaction((drafts: readonly EventDraft[], now: Moment, alongside?: () => void) => {
    const epoch = currentEpoch();
    for (const draft of drafts) insert(epoch, draft);
    const dropped = evict();
    if (dropped > 0) insert(epoch, lossDraft(dropped, `the outbox was full at ${options.maxBytes} bytes`, now));
    alongside?.();
  });

  /** Frees the oldest rows until a share is empty again; returns how many. */
  function evict(): number {
    const { bytes } = statements.size.get() ?? { bytes: 0 };
    if (bytes <= options.maxBytes) return 0;
    let excess = bytes - options.maxBytes * (1 - OUTBOX_EVICT_SHARE);
    let last = 0;
    for (const row of statements.oldest.iterate()) {
      if (excess <= 0) break;
      excess -= row.bytes;
      last = row.seq;
    }
    const dropped = statements.deleteUpTo.run(last).changes;
    statements.countDropped.run(dropped);
    return dropped;
  }

  const settleAll = db.transaction((ack: EventAck) => {
    let done = 0;
    let parked = 0;
    for (const [from, to] of ack.done) done += statements.deleteRange.run(ack.epoch, from, to).changes;
    for (const { seq, code } of ack.rejected) parked += statements.park.run(code, ack.epoch, seq).changes;
    return { done, parked };
  });

  // The epoch exists from the first open, so that what a person sees of a fresh node is what its first batch will say.
  db.transaction(currentEpoch).immediate();

  return {
    append(drafts, now, alongside) {
      try {
        appendAll.immediate(drafts, now, alongside);
        uncertain = false;
      } catch (error) {
        // A failed sync may still have reached the disk: numbers given out in it are never given out again.
        uncertain = true;
        throw error;
      }
    },
    waiting: (limit) => statements.waiting.all(limit).map(toRow),
    settle: (ack) => settleAll.immediate(ack),
    depth: () => statements.depth.get() ?? { waiting: 0, parked: 0, dropped: 0 },
    version: () => Number(db.pragma('data_version', { simple: true })),
  };
}

/** What SQLite adds to a row's text: other columns, cell and index entry; measured at about this. */
const ROW_OVERHEAD_BYTES = 120;

/** The body was serialised from an event by `append`, in this file; that is why no schema looks at it again. */
const toRow = ({ seq, epoch, bytes, body }: StoredRow): OutboxRow => ({
  seq,
  epoch,
  bytes,
  event: { seq, ...(JSON.parse(body) as EventDraft) } as NodeEvent,
});

function prepare(db: Database.Database) {
  return {
    readEpoch: db.prepare<[], string>(`SELECT value FROM meta WHERE key = 'epoch'`).pluck(),
    writeEpoch: db.prepare<[string]>(`INSERT OR REPLACE INTO meta VALUES ('epoch', ?)`),
    insert: db.prepare<[string, string, number, number, string, string, string, number]>(
      `INSERT INTO outbox (epoch, type, at, mono_ms, boot, clock, body, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    waiting: db.prepare<[number], StoredRow>(
      `SELECT seq, epoch, bytes, body FROM outbox WHERE state = 'waiting' ORDER BY seq LIMIT ?`,
    ),
    deleteRange: db.prepare<[string, number, number]>(`DELETE FROM outbox WHERE epoch = ? AND seq BETWEEN ? AND ?`),
    park: db.prepare<[string, string, number]>(
      `UPDATE outbox SET state = 'parked', reject_code = ? WHERE epoch = ? AND seq = ? AND state = 'waiting'`,
    ),
    size: db.prepare<[], { bytes: number }>(`SELECT bytes FROM outbox_size`),
    oldest: db.prepare<[], { seq: number; bytes: number }>(`SELECT seq, bytes FROM outbox ORDER BY seq`),
    deleteUpTo: db.prepare<[number]>(`DELETE FROM outbox WHERE seq <= ?`),
    countDropped: db.prepare<[number]>(`UPDATE outbox_size SET dropped = dropped + ?`),
    depth: db.prepare<[], OutboxDepth>(
      `SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting') AS waiting,
              (SELECT count(*) FROM outbox WHERE state = 'parked') AS parked,
              (SELECT dropped FROM outbox_size) AS dropped`,
    ),
  };
}
