import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { immediateDialect } from './immediate-dialect.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;

/**
 * Opens the SQLite file, making it and its folder if absent, readable for its owner only.
 *
 * `synchronous=FULL` is set by hand: this SQLite opens WAL databases with NORMAL, which forgets the last commits when
 * the power goes. A row that was answered for must be on the disk.
 */
export function openSqlite(path: string): Db {
  mkdirSync(dirname(path), { recursive: true });
  const database = new SQLite(path);
  // SQLite makes the files beside it with the mode of this one; those of an earlier start may still be there.
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  useWal(database);
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  return new Kysely<Database>({ dialect: immediateDialect(database) });
}

const BUSY_TIMEOUT_MS = 5_000;
const WAL_RETRY_MS = 20;

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
      if (!isDatabaseFault(error) || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_RETRY_MS);
    }
  }
}

/**
 * Brings the schema to this program's version; returns the names of the migrations it ran. Throws when one fails. All
 * of them in one transaction: a crash leaves the old schema, and of two processes the second finds nothing to do.
 */
export async function migrate(db: Db, migrations: Readonly<Record<string, Migration>> = MIGRATIONS): Promise<string[]> {
  return await db.transaction().execute(async (tx) => {
    const migrator = new Migrator({ db: tx, provider: { getMigrations: async () => ({ ...migrations }) } });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return (results ?? []).filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
  });
}

const FAULT = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|READONLY|CANTOPEN|NOMEM|PROTOCOL)/;

/** A lock held too long, a full or failing disk: trouble that passes, unlike a broken constraint. */
export const isDatabaseFault = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && FAULT.test(error.code);
