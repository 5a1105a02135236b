import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';

/**
 * Opens the SQLite file, making it and its folder if absent, readable for its owner only.
 *
 * `synchronous=FULL` is set by hand: this SQLite opens WAL databases with NORMAL, which forgets the last commits when
 * the power goes. A row that was answered for must be on the disk.
 */
export function openFile(path: string): SQLite.Database {
  mkdirSync(dirname(path), { recursive: true });
  const database = new SQLite(path);
  // SQLite makes the files beside it with the mode of this one; those of an earlier start may still be there.
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  useWal(database);
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.pragma(`cache_size = -${CACHE_KIB}`);
  // What is deleted is overwritten: who asked to be forgotten must not lie on in free pages of the file.
  database.pragma('secure_delete = ON');
  return database;
}

/** 16 MiB of log: a page that many commits touch is copied into the file once, not after each (33 µs an event, then 21). */
const CHECKPOINT_PAGES = 4_000;
const CACHE_KIB = 32_768;

const BUSY_TIMEOUT_MS = 5_000;
const WAL_RETRY_MS = 20;

const isBusy = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(error.code);

/**
 * Changing the journal mode does not wait for a lock as statements do: of two processes that open a fresh file at once
 * one is refused straight away. It asks again until the other is done.
 */
function useWal(database: SQLite.Database): void {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_RETRY_MS);
    }
  }
}

/** What is wrong with the row itself and with no other: a rule it breaks, a value a column does not take. */
const ROW = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/;

/** Any trouble of the file: a lock held too long, a full or failing disk, a damaged file, tables that are not there. */
export const isSqliteFault = (error: unknown): boolean => error instanceof SQLite.SqliteError && !ROW.test(error.code);

export const isSqliteRefusal = (error: unknown): boolean => error instanceof SQLite.SqliteError && ROW.test(error.code);
