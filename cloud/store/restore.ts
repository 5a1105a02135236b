import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { EpochMs } from '../../protocol/units.ts';
import { REPLY_RETRY_FOR_MS, RETRY_KEY_LIFE_MS } from '../core/deliver/settle.ts';
import { Problem } from '../core/problem.ts';
import { type BackupHeader, type Cell, readBackup } from './backup-file.ts';
import { type Db, migrateWithin, waitForTurn } from './database.ts';
import { isPostgres } from './dialect.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { SCRUBBED } from './sender-settle.ts';
import { tablesOf } from './tables.ts';

/** What a whole backup says of itself. */
export interface BackupCheck {
  readonly header: BackupHeader;
  readonly rows: number;
  /** A known text sealed with the key of this backup; absent when nothing was ever sealed. */
  readonly sealedCheck?: Uint8Array;
}

/** Reads a backup to its end, changing nothing. Throws {@link Problem} when it is damaged or from a newer version. */
export async function checkBackup(
  path: string,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<BackupCheck> {
  let header: BackupHeader | undefined;
  let rows = 0;
  let table = '';
  let columns: readonly string[] = [];
  let sealedCheck: Cell | undefined;
  for await (const part of readBackup(path)) {
    if (part.kind === 'header') header = part.header;
    else if (part.kind === 'table') ({ table, columns } = part);
    else {
      rows += 1;
      if (table === 'vault_check') sealedCheck = part.cells[columns.indexOf('sealed')];
    }
  }
  if (header === undefined) throw new Problem('invalid', 'bad_backup', `${path} is empty`, { where: path });
  const unknown = header.migrations.filter((name) => !(name in migrations));
  if (unknown.length > 0) {
    throw new Problem('invalid', 'newer_backup', `the backup has the schema of a newer version (${unknown.at(-1)})`, {
      where: path,
      remedy: 'restore it with the version of pharos-cloud that took it, or a later one',
    });
  }
  return { header, rows, ...(sealedCheck instanceof Uint8Array && { sealedCheck }) };
}

/**
 * Makes the database hold what a checked backup holds and nothing else: in the schema it was taken with, then migrated
 * to the present one. All in one transaction, so that a failure leaves what was there. Throws {@link Problem} when
 * something is there and may not be replaced, or when a service uses the database. `unknown`: how many messages nobody
 * can tell any more whether they arrived.
 */
export async function restoreBackup(
  db: Db,
  path: string,
  { header }: BackupCheck,
  {
    replace,
    now,
    migrations = MIGRATIONS,
  }: {
    readonly replace: boolean;
    readonly now: EpochMs;
    readonly migrations?: Readonly<Record<string, Migration>>;
  },
): Promise<{ readonly unknown: number }> {
  if (isPostgres(db)) await refuseWhileUsed(db);
  return await db.transaction().execute(async (tx) => {
    if (isPostgres(tx)) await waitForTurn(tx);
    if (!replace) await refuseUnlessEmpty(tx);
    await dropAll(tx);
    await migrateWithin(tx, migrations, header.migrations.at(-1));
    // A backup of PostgreSQL has its tables in an order of its own, which knows fewer references.
    if (!isPostgres(tx)) await sql`PRAGMA defer_foreign_keys = ON`.execute(tx);
    for (const { name } of (await tablesOf(tx)).reverse()) await sql`DELETE FROM ${sql.table(name)}`.execute(tx);
    await fill(tx, path);
    if (isPostgres(tx)) {
      await sql`SELECT setval(pg_get_serial_sequence('event', 'seq'), coalesce(max(seq), 0) + 1, false) FROM event`.execute(
        tx,
      );
    }
    await migrateWithin(tx, migrations);
    return { unknown: await settleForgotten(tx, now) };
  });
}

/**
 * What was under way when the backup was taken went out a moment later, most likely, and the backup does not know. What
 * can still be said is said again, with the same retry key; where it is too late for that, nobody must take back a coupon
 * that somebody holds in their hands. Returns how many those are.
 */
async function settleForgotten(tx: Db, now: EpochMs): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('delivery')
    .set({ state: 'unknown', claimed_until: null, settled_at: now, ...SCRUBBED })
    .where('state', 'in', ['ready', 'sending'])
    .where((row) =>
      row.or([
        row('not_after', '<', now),
        row.and([row('route', '=', 'push'), row('created_at', '<', now - RETRY_KEY_LIFE_MS)]),
        row.and([
          row('route', '=', 'reply'),
          row('fallback', '=', 'none'),
          row('token_received_at', '<', now - REPLY_RETRY_FOR_MS),
        ]),
      ]),
    )
    .executeTakeFirst();
  // A dead token says nothing of whether its reply arrived. Pushes stay as they were: LINE knows their keys, and a
  // multicast has the same one only if it is gathered of the same, which are those never tried.
  await tx
    .updateTable('delivery')
    .set({ in_doubt: 1 })
    .where('state', 'in', ['ready', 'sending'])
    .where('route', '=', 'reply')
    .execute();
  return Number(numUpdatedRows);
}

/** Below the limits of parameters of both databases. */
const MOST_PARAMETERS = 30_000;

async function fill(tx: Db, path: string): Promise<void> {
  let table = '';
  let columns: readonly string[] = [];
  let waiting: (readonly Cell[])[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const rows = sql.join(waiting.map((cells) => sql`(${sql.join(cells)})`));
    const names = sql.join(columns.map((column) => sql.ref(column)));
    try {
      await sql`INSERT INTO ${sql.table(table)} (${names}) VALUES ${rows}`.execute(tx);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new Error(`table ${table} of the backup does not fit: ${error.message}`, { cause: error });
    }
    waiting = [];
  };
  for await (const part of readBackup(path)) {
    if (part.kind === 'table') {
      await flush();
      ({ table, columns } = part);
    } else if (part.kind === 'row') {
      waiting.push(part.cells);
      if ((waiting.length + 1) * columns.length > MOST_PARAMETERS) await flush();
    }
  }
  await flush();
}

/** What every service writes when it starts: no loss. */
const OWN_ROWS: ReadonlySet<string> = new Set(['vault_check', 'registry_version']);

async function refuseUnlessEmpty(tx: Db): Promise<void> {
  for (const { name } of await tablesOf(tx)) {
    if (OWN_ROWS.has(name)) continue;
    const { rows } = await sql`SELECT 1 FROM ${sql.table(name)} LIMIT 1`.execute(tx);
    if (rows.length === 0) continue;
    throw new Problem('conflict', 'not_empty', `the database is not empty: there are rows in ${name}`, {
      remedy: 'restore into an empty one, or replace all of it with --yes',
    });
  }
}

/** A service that has just been stopped is seen for a moment longer. */
const GONE_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 50;

async function refuseWhileUsed(db: Db): Promise<void> {
  const deadline = performance.now() + GONE_WITHIN_MS;
  for (;;) {
    const { rows } = await sql`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND application_name = current_setting('application_name')
    `.execute(db);
    if (rows.length === 0) return;
    if (performance.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Problem('conflict', 'in_use', 'a pharos-cloud is connected to this database', {
    remedy: 'stop every service on it first: what they remember would not be true any more',
  });
}

async function dropAll(tx: Db): Promise<void> {
  const names = [
    ...(await tablesOf(tx)).map(({ name }) => name).reverse(),
    'kysely_migration',
    'kysely_migration_lock',
  ];
  for (const name of names) await sql`DROP TABLE IF EXISTS ${sql.table(name)}`.execute(tx);
  if (!isPostgres(tx)) return;
  // Of our triggers; what belongs to an extension is not ours.
  const { rows } = await sql<{ name: string }>`
    SELECT p.oid::regprocedure::text AS name FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
      AND p.prorettype = 'trigger'::regtype
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  `.execute(tx);
  for (const { name } of rows) await sql`DROP FUNCTION ${sql.raw(name)}`.execute(tx);
}
