import { closeSync, createWriteStream, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type AliasedRawBuilder, sql } from 'kysely';
import { Problem } from '../core/problem.ts';
import { type BackupHeader, type Cell, createBackupText } from './backup-file.ts';
import type { Db } from './database.ts';
import { isPostgres } from './dialect.ts';
import { type TableShape, tablesOf } from './tables.ts';

/** Rows in memory at a time. */
const CHUNK = 1_000;

export interface BackupTaken {
  readonly tables: number;
  readonly rows: number;
}

/**
 * Writes everything the database holds into a new file, as it was at one moment; whoever writes meanwhile goes on. The
 * file appears under its name once it is whole and on the disk, readable for its owner only. Throws {@link Problem}
 * when the file is there already or the database has no tables.
 */
export async function takeBackup(
  db: Db,
  path: string,
  at: number,
  more: Pick<BackupHeader, 'vaultKey'> = {},
): Promise<BackupTaken> {
  const draft = `${path}.${process.pid}.part`;
  let taken: BackupTaken = { tables: 0, rows: 0 };
  try {
    await inSnapshot(db, async (snapshot) => {
      const header = { format: 'pharos-backup', v: 1, at, migrations: await migrationsOf(snapshot), ...more } as const;
      const text = textOf(snapshot, header, (counts) => {
        taken = counts;
      });
      await pipeline(Readable.from(text), createGzip(), createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
    });
    sync(draft);
    linkSync(draft, path);
    sync(dirname(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new Problem('conflict', 'file_exists', `${path} is there already`, {
        where: path,
        remedy: 'choose another name',
      });
    }
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return taken;
}

async function* textOf(db: Db, header: BackupHeader, onEnd: (taken: BackupTaken) => void): AsyncGenerator<string> {
  const text = createBackupText();
  const tables = await tablesOf(db);
  let count = 0;
  yield text.header(header);
  for (const table of tables) {
    let columns: string[] | undefined;
    for await (const rows of chunksOf(db, table)) {
      const names = columns ?? Object.keys(rows[0] ?? {}).sort();
      if (columns === undefined) yield text.table(table.name, names);
      columns = names;
      count += rows.length;
      yield rows.map((row) => text.row(names.map((name) => row[name] ?? null))).join('');
    }
  }
  yield text.end();
  onEnd({ tables: tables.length, rows: count });
}

type Row = Readonly<Record<string, Cell>>;

/** All rows in the order of their key, a chunk at a time. */
async function* chunksOf(db: Db, { name, key }: TableShape): AsyncGenerator<Row[]> {
  const all = key.reduce(
    (query, column) => query.orderBy(sql.ref(`it.${column}`)),
    db.selectFrom(sql.table(name).as('it') as AliasedRawBuilder<Row, 'it'>).selectAll(),
  );
  if (isPostgres(db)) {
    await sql`DECLARE backup NO SCROLL CURSOR FOR ${all}`.execute(db);
    for (;;) {
      const { rows } = await sql<Row>`FETCH ${sql.lit(CHUNK)} FROM backup`.execute(db);
      if (rows.length === 0) break;
      yield rows;
    }
    await sql`CLOSE backup`.execute(db);
    return;
  }
  let chunk: Row[] = [];
  for await (const row of all.stream()) {
    chunk.push(row);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Reads within one view of the database that keeps nobody from writing: not our usual transaction, which would. */
async function inSnapshot(db: Db, read: (snapshot: Db) => Promise<void>): Promise<void> {
  if (isPostgres(db)) {
    const view = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
    await view.execute(async (tx) => {
      await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(tx);
      await read(tx);
    });
    return;
  }
  await db.connection().execute(async (connection) => {
    await sql`BEGIN`.execute(connection);
    try {
      await read(connection);
    } finally {
      await sql`ROLLBACK`.execute(connection);
    }
  });
}

/** Names of the migrations this database has gone through. Throws {@link Problem} when it has none. */
export async function migrationsOf(db: Db): Promise<string[]> {
  const there = (await db.introspection.getTables({ withInternalKyselyTables: true })).some(
    ({ name }) => name === 'kysely_migration',
  );
  const { rows } = there
    ? await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db)
    : { rows: [] };
  if (rows.length > 0) return rows.map(({ name }) => name);
  throw new Problem('not_found', 'no_database', 'there is nothing to back up: the database has no tables', {
    remedy: 'name the right one: PHAROS_DATABASE_URL, or --data-dir',
  });
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
