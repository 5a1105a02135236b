import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { errorMessage } from '../../protocol/error-message.ts';
import type { DatabaseState, OutboxState } from '../core/doctor/store.ts';
import { SCHEMA_VERSION } from './database.ts';

/** The node's database as somebody sees it who must not touch it. */
export interface Peek {
  readonly db: Database.Database;
  close(): void;
}

/**
 * Opens the database for reading and makes no file beside it: a file of another user's would lock the daemons out. While
 * a daemon has it open all its parts are there and shared; otherwise a copy is read. Throws what SQLite or the disk throws.
 */
export function peekDatabase(path: string): Peek {
  if (existsSync(`${path}-shm`)) {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    return { db, close: () => void db.close() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'pharos-peek-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'edge.sqlite');
    for (const part of ['', '-wal']) if (existsSync(path + part)) copyFileSync(path + part, copy + part);
    const db = new Database(copy, { fileMustExist: true });
    return {
      db,
      close() {
        db.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

const BUSY_TIMEOUT_MS = 2_000;

/** Whether the database can be used. A thorough look is at every page, a second for tens of megabytes. */
export function judgeDatabase(db: Database.Database, path: string, isThorough: boolean): DatabaseState {
  try {
    const version = Number(db.pragma('user_version', { simple: true }));
    const told = isThorough ? db.prepare<[], string>('PRAGMA quick_check(5)').pluck().all() : [];
    if (told.some((line) => line !== 'ok')) return { at: 'damaged', path, faults: told.join('; ').slice(0, 200) };
    return version > SCHEMA_VERSION ? { at: 'newer', path } : { at: 'good', path };
  } catch (error) {
    const why = errorMessage(error);
    const isDamaged = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_CORRUPT');
    return isDamaged ? { at: 'damaged', path, faults: why } : { at: 'unreadable', path, why };
  }
}

/** Why the radio keeps its events in memory; `undefined` where it does not, or has not said. */
export const peekTrouble = (memory: Database.Database): string | undefined =>
  memory.prepare<[], string>(`SELECT value FROM meta WHERE key = 'disk-trouble'`).pluck().get();

/** What waits and what was given up; `undefined` before the daemons have brought an older database up to date. */
export function peekOutbox(db: Database.Database, now: number): OutboxState | undefined {
  if (db.pragma('user_version', { simple: true }) !== SCHEMA_VERSION) return undefined;
  const sum = db.prepare<[], { waiting: number; parked: number }>('SELECT waiting, parked FROM outbox_sum').get();
  const dropped = db.prepare<[], number>('SELECT coalesce(sum(rows), 0) FROM outbox_dropped').pluck().get() ?? 0;
  const oldest = db.prepare<[], number>('SELECT at FROM outbox ORDER BY id LIMIT 1').pluck().get();
  const parkedCodes = db
    .prepare<[], string>('SELECT code FROM outbox_parked GROUP BY code ORDER BY count(*) DESC LIMIT 3')
    .pluck()
    .all();
  return {
    waiting: sum?.waiting ?? 0,
    parked: sum?.parked ?? 0,
    dropped,
    parkedCodes,
    // Written before the clock was set, or after it was set back: no age.
    ...(oldest === undefined || oldest > now || now - oldest > YEAR_MS ? {} : { oldestAgeMs: now - oldest }),
  };
}

const YEAR_MS = 365 * 24 * 3_600_000;
