import { type Kysely, sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isDatabaseFault, isRowRefusal, migrate, newerMigrations, openDatabase } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { runRivals } from './rivals.fixture.ts';
import { describeSchema } from './schema-dump.fixture.ts';
import { freshTarget, newEvent, newMember, ON_POSTGRES, openStore } from './testing.fixture.ts';

const RIVAL = new URL('./database-rival.fixture.ts', import.meta.url);

async function openFresh() {
  const db = await openDatabase(await freshTarget());
  onTestFinished(() => db.destroy());
  return db;
}

it('migrates once', async () => {
  const db = await openFresh();
  expect(await migrate(db)).toEqual(Object.keys(MIGRATIONS));
  expect(await migrate(db)).toEqual([]);
});

it('names what a newer version has done', async () => {
  const db = await openFresh();
  await migrate(db);
  expect(await newerMigrations(db)).toEqual([]);
  await migrate(db, { ...MIGRATIONS, '9999_later': { up: async () => undefined } });
  expect(await newerMigrations(db)).toEqual(['9999_later']);
});

describe('migrations that do not come to their end', () => {
  const table = (name: string) => async (db: Kysely<unknown>) => {
    await db.schema.createTable(name).addColumn('id', 'text').execute();
  };

  it('leave nothing behind, so that the next start succeeds', async () => {
    const db = await openFresh();
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

it('tells the reason of a transaction that the database itself rolled back', async () => {
  const { db } = await openStore();
  const failing = db.transaction().execute(async (tx) => {
    // As SQLite does when the disk is full, or PostgreSQL when it goes away.
    await sql`ROLLBACK`.execute(tx);
    throw new Error('the disk is full');
  });
  await expect(failing).rejects.toThrow('the disk is full');
  await db.transaction().execute(async (tx) => await tx.selectFrom('store').selectAll().execute());
});

describe('two processes on one database', () => {
  it('migrate it once', async () => {
    for (let round = 0; round < 3; round++) {
      const ran = (await runRivals(RIVAL, 'migrate', await freshTarget())) as string[][];
      expect(ran.sort((a, b) => a.length - b.length)).toEqual([[], Object.keys(MIGRATIONS)]);
    }
  });

  it('read and then write without getting in the way of one another', async () => {
    const { db, target } = await openStore();
    await db.insertInto('counter').values({ key: 'k', used: 0 }).execute();
    await runRivals(RIVAL, 'count', target, '100');
    expect(await db.selectFrom('counter').select('used').executeTakeFirstOrThrow()).toEqual({ used: 200 });
  });
});

/** A migration shows here as a change: write both files anew with `vitest run cloud/store/database.test.ts --update`. */
it('makes the schema that its file says', async () => {
  const { db } = await openStore();
  const file = ON_POSTGRES ? './schema.postgres.sql' : './schema.sql';
  await expect(await describeSchema(db)).toMatchFileSnapshot(file);
});

it('keeps numbers, bytes and texts as they were given', async () => {
  const { db, repos } = await openStore();
  const far = 8_640_000_000_000_000;
  await repos.events.add(newEvent({ sourceId: '茶 "quoted" \\ %', receivedAt: far as never, body: { a: 1 } }));
  const row = await db.selectFrom('event').selectAll().executeTakeFirstOrThrow();
  expect(row).toMatchObject({ source_id: '茶 "quoted" \\ %', received_at: far, seq: 1, count: null });
  expect(row.body_sealed).toBeInstanceOf(Uint8Array);
});

it('sorts text by its bytes', async () => {
  const { db } = await openStore();
  const ids = ['b', 'B', 'a-b', 'a', 'aa', 'ä', '茶', '_'];
  for (const key of ids) await db.insertInto('counter').values({ key, used: 0 }).execute();
  const rows = await db.selectFrom('counter').select('key').orderBy('key').execute();
  expect(rows.map(({ key }) => key)).toEqual([...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
});

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

it('does not take a row that breaks a rule for trouble of the database', async () => {
  const { db } = await openStore();
  const member = { id: 'mem_1', blocked: 0, created_at: 0 };
  await db.insertInto('member').values(member).execute();
  const failures = [
    () => db.insertInto('member').values(member).execute(),
    () =>
      db
        .updateTable('member')
        .set('blocked', null as never)
        .execute(),
  ];
  for (const fail of failures) {
    const error = await errorOf(fail());
    expect([isDatabaseFault(error), isRowRefusal(error)]).toEqual([false, true]);
  }
  for (const error of [new Error('SQLITE_BUSY'), new TypeError('a mistake of ours')]) {
    expect([isDatabaseFault(error), isRowRefusal(error)]).toEqual([false, false]);
  }
  expect(await newMember(await openStore())).toMatch(/^mem_/);
});

it('takes everything else that the database says for trouble of its own', async () => {
  const { db } = await openStore();
  const readOnly = ON_POSTGRES ? 'SET default_transaction_read_only = on' : 'PRAGMA query_only = ON';
  const writing = () =>
    db.connection().execute(async (connection) => {
      await sql.raw(readOnly).execute(connection);
      await connection.insertInto('member').values({ id: 'mem_1', blocked: 0, created_at: 0 }).execute();
    });
  const failures = [
    writing,
    () => sql`SELECT nothing FROM nowhere`.execute(db),
    () => sql`SELECT FROM WHERE`.execute(db),
  ];
  for (const fail of failures) {
    const error = await errorOf(fail());
    expect([isDatabaseFault(error), isRowRefusal(error)]).toEqual([true, false]);
  }
});
