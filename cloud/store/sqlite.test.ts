import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from './database.ts';
import { insertRows } from './many.ts';
import type { Database } from './schema.ts';
import { openSqlite, openSqliteApart } from './sqlite.ts';
import { isSqliteFault } from './sqlite-file.ts';
import { together } from './together.ts';

function freshPath(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-sqlite-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, 'pharos.sqlite');
}

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each([
  ['on this thread', async (path: string) => openSqlite(path)],
  ['on a thread of its own', openSqliteApart],
])('SQLite %s', (_where, open) => {
  const opened = async (path = freshPath()): Promise<Kysely<Database>> => {
    const db = await open(path);
    onTestFinished(() => db.destroy());
    return db;
  };
  const migrated = async (path?: string): Promise<Kysely<Database>> => {
    const db = await opened(path);
    await migrate(db);
    return db;
  };
  const addStore = (db: Kysely<Database>, id: string) =>
    db.insertInto('store').values({ id, name: id, spec: '{}', updated_at: 0 }).execute();

  it.each([
    ['synchronous', 2],
    ['journal_mode', 'wal'],
    ['foreign_keys', 1],
    ['secure_delete', 1],
    ['timeout', 5000],
  ])('has %s = %s', async (pragma, expected) => {
    const { rows } = await sql`PRAGMA ${sql.raw(pragma === 'timeout' ? 'busy_timeout' : pragma)}`.execute(
      await opened(),
    );
    expect(rows).toEqual([{ [pragma]: expected }]);
  });

  it('keeps its files from everybody else, also those of an earlier start', async () => {
    const path = freshPath();
    writeFileSync(path, '', { mode: 0o644 });
    await migrated(path);
    const mode = (suffix: string): number => statSync(`${path}${suffix}`).mode & 0o777;
    expect(['', '-wal', '-shm'].map(mode)).toEqual([0o600, 0o600, 0o600]);
  });

  it('gives back what it was given, also bytes that are a window of others, one by one and many at once', async () => {
    const db = await opened();
    await sql`CREATE TABLE consent (id, action, at)`.execute(db);
    const bytes = Buffer.from([9, 0, 255, 128, 9]).subarray(1, 4);
    await sql`INSERT INTO consent VALUES ('one', ${bytes}, 7)`.execute(db);
    const rows = [
      { id: 'two', action: bytes, at: null },
      { id: '茶\u0000', action: undefined, at: 2 ** 53 - 1 },
    ];
    const shape = { id: 'text', action: 'bytes', at: 'int' } as const;
    await db.transaction().execute(async (tx) => {
      expect(await insertRows(tx, 'consent', shape, rows)).toBe(2);
    });
    const { rows: kept } = await sql`SELECT * FROM consent`.execute(db);
    expect(kept).toEqual([
      { id: 'one', action: bytes, at: 7 },
      { id: 'two', action: bytes, at: null },
      { id: '茶\u0000', action: null, at: 2 ** 53 - 1 },
    ]);
    expect(kept[0]).toHaveProperty('action', expect.any(Buffer));
  });

  it('tells how many rows were changed', async () => {
    const db = await migrated();
    await addStore(db, 'a');
    const { numUpdatedRows } = await db.updateTable('store').set({ name: 'b' }).executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(1n);
  });

  it('takes back a transaction that fails, and begins the next one with the lock of writing', async () => {
    const path = freshPath();
    const db = await migrated(path);
    const failed = db.transaction().execute(async (tx) => {
      await addStore(tx, 'a');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await db.transaction().execute(async (tx) => {
      expect(await tx.selectFrom('store').select('id').execute()).toEqual([]);
      const rival = new SQLite(path, { timeout: 0 });
      expect(() => rival.exec('BEGIN IMMEDIATE')).toThrow(/locked/);
      rival.close();
    });
  });

  it('keeps nothing that was asked ahead after a failure that ended the transaction', async () => {
    const db = await migrated();
    await sql`CREATE TABLE small (a CHECK (a < 3))`.execute(db);
    const work = db.transaction().execute((tx) =>
      together(tx, [
        () => addStore(tx, 'before'),
        // Ends the transaction by itself, as a full disk does.
        () => sql`INSERT OR ROLLBACK INTO small VALUES (7)`.execute(tx),
        () => addStore(tx, 'behind'),
      ]),
    );
    await expect(work).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_CHECK' });
    expect(await db.selectFrom('store').select('id').execute()).toEqual([]);
    await addStore(db, 'later');
    expect(await db.selectFrom('store').select('id').execute()).toEqual([{ id: 'later' }]);
  });

  it('tells of a disk that is full whichever answer is looked at first', async () => {
    const db = await migrated();
    const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(db);
    await sql`PRAGMA max_page_count = ${sql.lit((rows[0]?.page_count ?? 0) + 8)}`.execute(db);
    // Of one row, which makes SQLite end the whole transaction.
    const much = sql`INSERT INTO counter VALUES (hex(randomblob(1000000)), 0)`;
    const work = db.transaction().execute((tx) =>
      together(tx, [
        async () => {
          await addStore(tx, 'before');
          await addStore(tx, 'after the first answer');
        },
        () => much.execute(tx),
        () => addStore(tx, 'behind'),
      ]),
    );
    const error = await errorOf(work);
    expect(error).toMatchObject({ code: 'SQLITE_FULL' });
    expect(isSqliteFault(error)).toBe(true);
    await sql`PRAGMA max_page_count = 1000000`.execute(db);
    await db.transaction().execute((tx) => addStore(tx, 'later'));
    expect(await db.selectFrom('store').select('id').execute()).toEqual([{ id: 'later' }]);
  });

  it('refuses all that was meant for a transaction that could not begin, and goes on afterwards', async () => {
    const path = freshPath();
    const db = await migrated(path);
    await sql`PRAGMA busy_timeout = 0`.execute(db);
    const rival = new SQLite(path);
    rival.exec('BEGIN IMMEDIATE');
    const work = db.transaction().execute((tx) => together(tx, [() => addStore(tx, 'a'), () => addStore(tx, 'b')]));
    await expect(work).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    await expect(db.transaction().execute(async () => 'nothing asked')).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    rival.exec('COMMIT');
    rival.close();
    expect(await db.selectFrom('store').select('id').execute()).toEqual([]);
    await db.transaction().execute((tx) => addStore(tx, 'later'));
    expect(await db.selectFrom('store').select('id').execute()).toEqual([{ id: 'later' }]);
  });

  it('tells trouble that passes from a mistake', async () => {
    const path = freshPath();
    const db = await migrated(path);
    await sql`PRAGMA busy_timeout = 0`.execute(db);
    const rival = new SQLite(path);
    rival.exec('BEGIN IMMEDIATE');
    expect(isSqliteFault(await errorOf(addStore(db, 'a')))).toBe(true);
    rival.exec('COMMIT');
    rival.close();
    await addStore(db, 'a');
    expect(isSqliteFault(await errorOf(addStore(db, 'a')))).toBe(false);
    expect(isSqliteFault(await errorOf(sql`SELECT ${{ no: 'value' }}`.execute(db)))).toBe(false);
  });

  it('says why a file cannot be opened', async () => {
    const path = freshPath();
    writeFileSync(path, 'this is no database, however long one looks at it');
    await expect(async () => await open(path)).rejects.toMatchObject({ code: 'SQLITE_NOTADB' });
  });
});
