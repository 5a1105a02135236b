import type Database from 'better-sqlite3';
import type { OutboxEpoch } from '../../protocol/ids.ts';
import type { ClockState } from '../../protocol/messages/common.ts';

/** One event as it lies in the file: `body` is all of it; of `at` and `clock` the columns know better. */
export interface StoredRow {
  readonly id: number;
  readonly epoch: OutboxEpoch;
  readonly seq: number;
  readonly type: string;
  readonly priority: number;
  readonly at: number;
  readonly monoMs: number;
  readonly boot: string;
  readonly clock: ClockState;
  readonly body: string;
  readonly bytes: number;
}

export interface OutboxSum {
  readonly waiting: number;
  readonly bytes: number;
  readonly parked: number;
  readonly parkedBytes: number;
}

const COLUMNS = 'id, epoch, seq, type, priority, at, mono_ms AS monoMs, boot, clock, body, bytes';

/** Every statement about the outbox. */
export function prepareOutbox(db: Database.Database) {
  return {
    insert: db.prepare<[string, number, string, number, number, number, string, string, string, number]>(
      `INSERT INTO outbox (epoch, seq, type, priority, at, mono_ms, boot, clock, body, bytes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (epoch, seq) DO NOTHING`,
    ),
    waiting: db.prepare<[number], StoredRow>(`SELECT ${COLUMNS} FROM outbox ORDER BY id LIMIT ?`),
    after: db.prepare<[number], StoredRow>(`SELECT ${COLUMNS} FROM outbox WHERE id > ? ORDER BY id`),
    lastId: db.prepare<[], number>(`SELECT max(id) FROM outbox`).pluck(),
    deleteRow: db.prepare<[number]>(`DELETE FROM outbox WHERE id = ?`),
    listed: db
      .prepare<[string, number, number], number>(`SELECT seq FROM outbox WHERE epoch = ? AND seq BETWEEN ? AND ?`)
      .pluck(),
    deleteRange: db
      .prepare<[string, number, number], number>(
        `DELETE FROM outbox WHERE epoch = ? AND seq BETWEEN ? AND ? RETURNING bytes`,
      )
      .pluck(),
    // What an index leaves out must be said again where it is to be used: SQLite does not compare values with its condition.
    oldestOf: db.prepare<[number], StoredRow>(
      `SELECT ${COLUMNS} FROM outbox WHERE priority = ? AND priority <> 1 ORDER BY id`,
    ),
    oldestPresence: db.prepare<[], StoredRow>(`SELECT ${COLUMNS} FROM outbox WHERE priority = 1 ORDER BY id`),
    deleteOldestOf: db.prepare<[number, number]>(`DELETE FROM outbox WHERE priority = ? AND id <= ?`),
    park: db.prepare<[string, string, number]>(
      `INSERT INTO outbox_parked (epoch, seq, type, code, body, bytes)
       SELECT epoch, seq, type, ?, body, bytes FROM outbox WHERE epoch = ? AND seq = ?`,
    ),
    oldestParked: db.prepare<[], { id: number; type: string; bytes: number }>(
      `SELECT id, type, bytes FROM outbox_parked ORDER BY id`,
    ),
    deleteParked: db.prepare<[number]>(`DELETE FROM outbox_parked WHERE id <= ?`),
    sum: db.prepare<[], OutboxSum>(`SELECT waiting, bytes, parked, parked_bytes AS parkedBytes FROM outbox_sum`),
    add: db.prepare<[number, number, number, number]>(
      `UPDATE outbox_sum SET waiting = waiting + ?, bytes = bytes + ?, parked = parked + ?, parked_bytes = parked_bytes + ?`,
    ),
    dropped: db.prepare<[], { kind: string; rows: number }>(`SELECT kind, rows FROM outbox_dropped ORDER BY kind`),
    countDropped: db.prepare<[string, number]>(
      `INSERT INTO outbox_dropped VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET rows = rows + excluded.rows`,
    ),
    forgetDropped: db.prepare<[]>(`DELETE FROM outbox_dropped`),
    repair: db.prepare<[string, number, string, string]>(
      `UPDATE outbox SET clock = ?, at = max(0, CAST(round(? + mono_ms) AS INTEGER))
       WHERE boot = ? AND clock = ? AND clock <> 'synced'`,
    ),
  };
}

export type OutboxStatements = ReturnType<typeof prepareOutbox>;
