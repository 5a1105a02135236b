import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { takeBackup } from './backup.ts';
import { type Db, migrate, openDatabase } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { checkBackup, restoreBackup } from './restore.ts';
import { runRivals } from './rivals.fixture.ts';
import { tablesOf } from './tables.ts';
import {
  campaignDocument,
  freshSqlite,
  freshTarget,
  newDelivery,
  newEvent,
  nodeDocument,
  ON_POSTGRES,
  openStore,
  storeDocument,
  T0,
} from './testing.fixture.ts';

function freshFile(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-backup-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, 'backup.gz');
}

async function open(target: string): Promise<Db> {
  const db = await openDatabase(target);
  onTestFinished(() => db.destroy());
  return db;
}

/** Every row of every table, in one order. */
async function contentOf(db: Db): Promise<Record<string, unknown[]>> {
  const content: Record<string, unknown[]> = {};
  for (const { name, key } of await tablesOf(db)) {
    const { rows } = await sql<object>`
      SELECT * FROM ${sql.table(name)} ORDER BY ${sql.join(key.map((column) => sql.ref(column)))}
    `.execute(db);
    content[name] = rows.map((row) => Object.fromEntries(Object.entries(row).sort()));
  }
  return content;
}

async function openShop() {
  const store = await openStore();
  await store.apply(storeDocument({ hours: '10:00-21:00' }), nodeDocument(), campaignDocument());
  for (let i = 0; i < 3; i++) await newDelivery(store);
  await store.repos.events.add(newEvent({ body: { text: '茶 "\n"' } }));
  await store.repos.counters.take('stock|tea', 9);
  return store;
}

async function restore(file: string, target: string, replace = false, now = T0): Promise<Db> {
  const db = await openDatabase(target);
  try {
    await restoreBackup(db, file, await checkBackup(file), { replace, now });
  } finally {
    await db.destroy();
  }
  return await open(target);
}

it.each([
  ['the same kind of database', freshTarget],
  ['SQLite, whichever it came from', freshSqlite],
])('gives everything back, to %s', async (_name, fresh) => {
  const store = await openShop();
  const file = freshFile();
  const { rows } = await takeBackup(store.db, file, T0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const copy = await restore(file, await fresh());
  const content = await contentOf(copy);
  expect(content).toEqual(await contentOf(store.db));
  expect(Object.values(content).flat()).toHaveLength(rows);
  expect(content['delivery']).toHaveLength(3);
});

it('does not take back what was under way at the backup and may have been shown since', async () => {
  const store = await openStore();
  const { db } = store;
  const hour = 3600_000;
  const still = await newDelivery(store, { notAfter: epochMs(T0 + 4 * hour) });
  const outOfTime = await newDelivery(store);
  const answer = { route: 'reply', replyToken: 'r', tokenReceivedAt: T0, notAfter: epochMs(T0 + 4 * hour) } as const;
  const tokenDead = await newDelivery(store, answer);
  const mayBePushed = await newDelivery(store, { ...answer, fallback: 'push' });
  const keyDead = await newDelivery(store, { notAfter: epochMs(T0 + 48 * hour), createdAt: epochMs(T0 - 22.1 * hour) });
  const shown = await newDelivery(store);
  await db.updateTable('delivery').set({ state: 'accepted' }).where('id', '=', shown.id).execute();
  const file = freshFile();
  await takeBackup(db, file, T0);
  const copy = await restore(file, await freshTarget(), false, epochMs(T0 + 2 * hour));
  const rows = copy.selectFrom('delivery').select(['id', 'state', 'in_doubt', 'settled_at', 'reply_token_sealed']);
  const states = new Map((await rows.execute()).map(({ id, ...row }) => [id, row]));
  const waiting = { state: 'ready', settled_at: null };
  const unknown = { state: 'unknown', settled_at: T0 + 2 * hour, reply_token_sealed: null };
  expect([still, mayBePushed].map(({ id }) => states.get(id))).toMatchObject([
    // LINE knows its key, its own or that of its multicast, which is made of those never tried.
    { ...waiting, in_doubt: 0 },
    { ...waiting, in_doubt: 1 },
  ]);
  for (const { id } of [outOfTime, tokenDead, keyDead]) expect(states.get(id)).toMatchObject(unknown);
  expect(states.get(shown.id)).toMatchObject({ state: 'accepted' });
});

it('gives what was on SQLite to the database of this run', async () => {
  const sqlite = await open(await freshSqlite('migrated'));
  await sqlite.insertInto('member').values({ id: 'mem_1', blocked: 1, created_at: T0 }).execute();
  await sqlite
    .insertInto('vault_check')
    .values({ id: 1, sealed: Uint8Array.of(0, 255, 7) })
    .execute();
  const file = freshFile();
  await takeBackup(sqlite, file, T0);
  expect(await contentOf(await restore(file, await freshTarget()))).toEqual(await contentOf(sqlite));
});

it('shows one moment, while two others write', async () => {
  const store = await openStore();
  await store.db.insertInto('counter').values({ key: 'events', used: 0 }).execute();
  const rivals = runRivals(new URL('./backup-rival.fixture.ts', import.meta.url), store.target, '150');
  const files: string[] = [];
  let writing = true;
  const ended = rivals.finally(() => {
    writing = false;
  });
  while (writing) {
    const file = freshFile();
    await takeBackup(store.db, file, T0);
    files.push(file);
  }
  await ended;
  const last = freshFile();
  await takeBackup(store.db, last, T0);
  const counts = new Set<number>();
  for (const file of [...files.slice(-6), last]) {
    const copy = await restore(file, await freshTarget());
    const { events } = await copy
      .selectFrom('event')
      .select(({ fn }) => [fn.countAll<number>().as('events')])
      .executeTakeFirstOrThrow();
    const { used } = await copy.selectFrom('counter').select('used').executeTakeFirstOrThrow();
    expect(used).toBe(events);
    counts.add(used);
    await copy.destroy();
  }
  expect(counts.size).toBeGreaterThan(1);
  expect(Math.max(...counts)).toBe(300);
}, 60_000);

it('takes no backup in while a service is on the database', async () => {
  const store = await openShop();
  const file = freshFile();
  await takeBackup(store.db, file, T0);
  const restoring = restore(file, store.target, true);
  // SQLite does not tell who has a file open; there the write lock is all there is.
  if (ON_POSTGRES) await expect(restoring).rejects.toMatchObject({ code: 'in_use' });
  else await restoring;
});

it('goes on counting events where they ended', async () => {
  const store = await openShop();
  const file = freshFile();
  await takeBackup(store.db, file, T0);
  const copy = await restore(file, await freshTarget());
  const event = { id: 'evt_1', source_id: 'x', ear: 'line', type: 'x', at: 0, received_at: 0, state: 'done' } as const;
  await copy
    .insertInto('event')
    .values(event as never)
    .execute();
  const { rows } = await sql<{ seq: number }>`SELECT max(seq) AS seq FROM event`.execute(copy);
  expect(rows).toEqual([{ seq: 5 }]);
});

describe('a database that holds something', () => {
  it('is kept, unless it may be replaced', async () => {
    const [store, other] = [await openShop(), await openStore()];
    await other.apply(storeDocument());
    const file = freshFile();
    await takeBackup(store.db, file, T0);
    await other.db.destroy();
    await expect(restore(file, other.target)).rejects.toMatchObject({ code: 'not_empty', kind: 'conflict' });
    const replaced = await restore(file, other.target, true);
    expect(await contentOf(replaced)).toEqual(await contentOf(store.db));
    expect(await migrate(replaced)).toEqual([]);
  });
});

it('is brought to the present schema, when it was taken with an older one', async () => {
  const old = await open(await freshTarget());
  const [first = '', second = ''] = Object.keys(MIGRATIONS);
  const some = { [first]: MIGRATIONS[first] ?? {}, [second]: MIGRATIONS[second] ?? {} } as typeof MIGRATIONS;
  await migrate(old, some);
  await old.insertInto('member').values({ id: 'mem_1', blocked: 0, created_at: 5 }).execute();
  const file = freshFile();
  await takeBackup(old, file, T0);
  const copy = await restore(file, await freshTarget());
  expect(await migrate(copy)).toEqual([]);
  expect(await copy.selectFrom('member').select('id').execute()).toEqual([{ id: 'mem_1' }]);
  await expect(checkBackup(file, { [first]: some[first] ?? (some as never) })).rejects.toMatchObject({
    code: 'newer_backup',
  });
});

describe('a file that is no whole backup', () => {
  async function taken() {
    const store = await openShop();
    const file = freshFile();
    await takeBackup(store.db, file, T0);
    return { file, bytes: readFileSync(file) };
  }

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 20)],
    ['cut to nothing', () => Buffer.alloc(0)],
    [
      'with a bit turned',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 4 : byte))),
    ],
    ['of something else', () => gzipSync('{"hello":1}\n')],
    ['not packed at all', () => Buffer.from('hello')],
    ['without its last line', (bytes: Buffer) => gzipSync(text(bytes).split('\n').slice(0, -2).join('\n'))],
    ['with a value changed', (bytes: Buffer) => gzipSync(text(bytes).replace('10:00', '11:00').replace('600', '660'))],
    [
      'with a row left out',
      (bytes: Buffer) =>
        gzipSync(
          text(bytes)
            .split('\n')
            .filter((_, i) => i !== 2)
            .join('\n'),
        ),
    ],
    ['with a row too short', (bytes: Buffer) => gzipSync(text(bytes).replace(/\n\["/, '\n["x","'))],
  ])('is refused: %s', async (_name, spoil) => {
    const { file, bytes } = await taken();
    writeFileSync(file, spoil(bytes));
    await expect(checkBackup(file)).rejects.toMatchObject({ code: 'bad_backup', where: file });
  });

  const text = (bytes: Buffer): string => gunzipSync(bytes).toString('utf8');
});

it('never writes over a file, and leaves none behind that is not whole', async () => {
  const store = await openStore();
  const file = freshFile();
  writeFileSync(file, 'mine');
  await expect(takeBackup(store.db, file, T0)).rejects.toMatchObject({ code: 'file_exists' });
  expect(readFileSync(file, 'utf8')).toBe('mine');
  const empty = await open(await freshTarget());
  const other = freshFile();
  await expect(takeBackup(empty, other, T0)).rejects.toMatchObject({ code: 'no_database' });
  expect(readdirSync(join(other, '..'))).toEqual([]);
});
