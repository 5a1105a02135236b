import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isDatabaseFault, migrate, openSqlite } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { runRivals } from './rivals.fixture.ts';
import { openStore } from './testing.fixture.ts';

const RIVAL = new URL('./database-rival.fixture.ts', import.meta.url);

function freshPath(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-database-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, 'pharos.sqlite');
}

it.each([
  ['synchronous', 2],
  ['journal_mode', 'wal'],
  ['foreign_keys', 1],
  ['timeout', 5000],
])('opens with %s = %s', async (pragma, expected) => {
  const { db } = await openStore();
  const { rows } = await sql`PRAGMA ${sql.raw(pragma === 'timeout' ? 'busy_timeout' : pragma)}`.execute(db);
  expect(rows).toEqual([{ [pragma]: expected }]);
});

it('migrates once', async () => {
  const { db } = await openStore();
  expect(await migrate(db)).toEqual([]);
});

it('keeps its files from everybody else, also those of an earlier start', async () => {
  const path = freshPath();
  writeFileSync(path, '', { mode: 0o644 });
  const first = openSqlite(path);
  await migrate(first);
  const mode = (suffix: string): number => statSync(`${path}${suffix}`).mode & 0o777;
  expect(['', '-wal', '-shm'].map(mode)).toEqual([0o600, 0o600, 0o600]);
  await first.destroy();
});

describe('migrations that do not come to their end', () => {
  const table = (name: string) => async (db: Kysely<unknown>) => {
    await db.schema.createTable(name).addColumn('id', 'text').execute();
  };

  it('leave nothing behind, so that the next start succeeds', async () => {
    const db = openSqlite(freshPath());
    onTestFinished(() => db.destroy());
    const broken = async (given: Kysely<unknown>): Promise<void> => {
      await table('second')(given);
      throw new Error('the power went');
    };
    const [first, second] = ['0001-first', '0002-second'];
    await expect(migrate(db, { [first]: { up: table('first') }, [second]: { up: broken } })).rejects.toThrow('power');
    const mended = { [first]: { up: table('first') }, [second]: { up: table('second') } };
    expect(await migrate(db, mended)).toEqual([first, second]);
  });
});

it('tells the reason of a transaction that SQLite itself rolled back', async () => {
  const { db } = await openStore();
  const failing = db.transaction().execute(async (tx) => {
    // As it does when the disk is full.
    await sql`ROLLBACK`.execute(tx);
    throw new Error('the disk is full');
  });
  await expect(failing).rejects.toThrow('the disk is full');
  await db.transaction().execute(async (tx) => await tx.selectFrom('store').selectAll().execute());
});

describe('two processes on one file', () => {
  it('migrate it once', async () => {
    for (let round = 0; round < 3; round++) {
      const ran = (await runRivals(RIVAL, 'migrate', freshPath())) as string[][];
      expect(ran.sort((a, b) => a.length - b.length)).toEqual([[], Object.keys(MIGRATIONS)]);
    }
  });

  it('read and then write without getting in the way of one another', async () => {
    const { db, path } = await openStore();
    await db.insertInto('counter').values({ key: 'k', used: 0 }).execute();
    await runRivals(RIVAL, 'count', path, '100');
    expect(await db.selectFrom('counter').select('used').executeTakeFirstOrThrow()).toEqual({ used: 200 });
  });
});

/** A migration shows here as a change of schema.sql: write it anew with `vitest run cloud/store --update`. */
it('makes the schema that schema.sql says', async () => {
  const { path } = await openStore();
  const file = new SQLite(path, { readonly: true });
  const objects = file
    .prepare(`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
              AND name NOT LIKE 'kysely_%' ORDER BY tbl_name, type DESC, name`)
    .pluck()
    .all() as string[];
  file.close();
  const dump = `${objects.map((text) => `${text.replaceAll(', "', ',\n  "').replace(' ("', ' (\n  "')};`).join('\n\n')}\n`;
  await expect(dump).toMatchFileSnapshot('./schema.sql');
});

it('tells trouble that passes from a mistake', async () => {
  const { path } = await openStore();
  const [first, second] = [new SQLite(path), new SQLite(path, { timeout: 0 })];
  const errorOf = (act: () => unknown): unknown => {
    try {
      return act();
    } catch (error) {
      return error;
    }
  };
  const insert = `INSERT INTO store VALUES ('a', 'a', '{}', 0)`;
  first.exec('BEGIN IMMEDIATE');
  expect(isDatabaseFault(errorOf(() => second.exec(insert)))).toBe(true);
  first.exec('COMMIT');
  second.exec(insert);
  expect(isDatabaseFault(errorOf(() => second.exec(insert)))).toBe(false);
  expect(isDatabaseFault(new Error('SQLITE_BUSY'))).toBe(false);
  first.close();
  second.close();
});
