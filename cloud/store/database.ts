import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Problem } from '../core/problem.ts';
import { isPostgres } from './dialect.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { UNHURRIED } from './mindful-client.ts';
import { isPostgresFault, isPostgresRefusal, openPostgres } from './postgres.ts';
import type { Database } from './schema.ts';
import { openSqlite, openSqliteApart } from './sqlite.ts';
import { isSqliteFault, isSqliteRefusal } from './sqlite-file.ts';

export type Db = Kysely<Database>;

/**
 * `postgres://…`, or the path of a SQLite file; rejects as {@link openPostgres} does. A service has other work while its disk
 * writes, a command has not: see {@link openSqliteApart}.
 */
export async function openDatabase(target: string, use: 'service' | 'command' = 'command'): Promise<Db> {
  if (isPostgresUrl(target)) return await openPostgres(target);
  return use === 'service' ? await openSqliteApart(target) : openSqlite(target);
}

export const isPostgresUrl = (target: string): boolean => /^postgres(ql)?:\/\//.test(target);

/**
 * Brings the schema to this program's version; returns the names of the migrations it ran. Throws when one fails. All
 * of them in one transaction: a crash leaves the old schema, and of two processes the second finds nothing to do.
 */
export async function migrate(db: Db, migrations: Readonly<Record<string, Migration>> = MIGRATIONS): Promise<string[]> {
  return await db.transaction().execute(async (tx) => {
    if (isPostgres(db)) await waitForTurn(tx);
    return await migrateWithin(tx, migrations);
  });
}

/** The same in the caller's transaction, whose turn it is; only up to `last` where that is given. */
export async function migrateWithin(
  tx: Db,
  migrations: Readonly<Record<string, Migration>>,
  last?: string,
): Promise<string[]> {
  const migrator = new Migrator({ db: tx, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error, results } = await (last === undefined ? migrator.migrateToLatest() : migrator.migrateTo(last));
  if (error instanceof Error && /previously executed migration .* is missing/.test(error.message)) {
    throw new Problem('invalid', 'newer_database', `a newer version has changed this database: ${error.message}`, {
      remedy: 'run that version or a later one; schemas only go forward',
    });
  }
  if (error !== undefined) throw error;
  return (results ?? []).filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
}

/** The migrations a newer version has run while we ran; we may harm what it writes. */
export async function newerMigrations(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db);
  return rows.map(({ name }) => name).filter((name) => !(name in MIGRATIONS));
}

/** "pharos" as a number; an advisory lock has no other name. */
const MIGRATION_LOCK = 0x706861726f73;

/** SQLite's write lock lets one process migrate; here the others wait, however long a large table takes. */
export async function waitForTurn(tx: Db): Promise<void> {
  await sql`SET LOCAL lock_timeout = 0`.execute(tx);
  await sql.raw(UNHURRIED).execute(tx);
  await sql`SELECT pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(tx);
}

/**
 * Trouble of the database itself, unlike that of a single row: a lock held too long, a failing disk, a server that is away
 * or takes no writes, tables that are not there. Everything waits until a later try succeeds.
 */
export const isDatabaseFault = (error: unknown): boolean => isSqliteFault(error) || isPostgresFault(error);

/** The database does not take this row: a value or a rule. No later try would fare better; other rows are taken. */
export const isRowRefusal = (error: unknown): boolean => isSqliteRefusal(error) || isPostgresRefusal(error);
