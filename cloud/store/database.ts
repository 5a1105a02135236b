import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from './migrations/index.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;

/**
 * Opens the SQLite file, making it and its folder if absent.
 *
 * `synchronous=FULL` is set by hand: this SQLite opens WAL databases with NORMAL, which forgets the last commits when
 * the power goes. A row that was answered for must be on the disk.
 */
export function openSqlite(path: string): Db {
  mkdirSync(dirname(path), { recursive: true });
  const database = new SQLite(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('busy_timeout = 5000');
  return new Kysely<Database>({ dialect: new SqliteDialect({ database }) });
}

/** Brings the schema to this program's version; returns the names of the migrations it ran. Throws when one fails. */
export async function migrate(db: Db): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? []).filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
}

const FAULT = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|READONLY|CANTOPEN|NOMEM|PROTOCOL)/;

/** A lock held too long, a full or failing disk: trouble that passes, unlike a broken constraint. */
export const isDatabaseFault = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && FAULT.test(error.code);
