import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MemberId } from '../core/ids.ts';
import { identityKey } from '../core/ports.ts';
import { applyManifests } from './apply.ts';
import { isDatabaseFault, openDatabase, waitForTurn } from './database.ts';
import { createLedger } from './ledger.ts';
import { isPostgresRace, openPostgres, withoutSecrets } from './postgres.ts';
import { campaignDocument, freshTarget, manifest, newEvent, newMember, openStore, T0 } from './testing.fixture.ts';
import { together } from './together.ts';
import { transact } from './transact.ts';

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

it.each([
  ['synchronous_commit', 'on'],
  ['statement_timeout', '30s'],
  ['lock_timeout', '5s'],
  ['idle_in_transaction_session_timeout', '30s'],
  ['transaction_isolation', 'read committed'],
  ['application_name', 'pharos-cloud'],
])('connects with %s = %s', async (name, expected) => {
  const { db } = await openStore();
  const { rows } = await sql<{ value: string }>`SELECT current_setting(${name}) AS value`.execute(db);
  expect(rows).toEqual([{ value: expected }]);
});

describe('when the server ends a connection', () => {
  const end = async (store: { readonly target: string }): Promise<void> => {
    const admin = await openDatabase(store.target);
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid()`.execute(admin);
    await admin.destroy();
  };

  it('in the middle of a transaction, that is a fault, and the next one succeeds', async () => {
    const store = await openStore();
    const ledger = createLedger(store);
    const broken = ledger.transaction(async ({ events }) => {
      await events.add(newEvent({ sourceId: 'lost' }));
      await end(store);
      await events.add(newEvent({ sourceId: 'lost too' }));
    });
    expect(isDatabaseFault(await errorOf(broken))).toBe(true);
    expect(await ledger.transaction(({ events }) => events.add(newEvent({ sourceId: 'lost' })))).toBe(true);
  });

  it('that nobody uses, a new one takes its place', async () => {
    const store = await openStore();
    await store.repos.events.pending(1);
    await end(store);
    // Until its end is heard of, it may be handed out once more.
    const deadline = performance.now() + 5_000;
    for (;;) {
      const error = await errorOf(store.repos.events.pending(1));
      if (error === undefined) break;
      if (!isDatabaseFault(error) || performance.now() > deadline) throw error;
    }
  });
});

describe('when the host of the server vanishes', () => {
  /** A way to the server that can stop carrying anything, without a word. */
  async function openWay(target: string) {
    const url = new URL(target);
    const there = `${url.searchParams.get('host')}/.s.PGSQL.5432`;
    const dir = mkdtempSync(join(tmpdir(), 'pharos-way-'));
    const sockets = new Set<Socket>();
    let carries = true;
    const server = createServer((near) => {
      const far = connect(there);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on('data', (bytes) => void (carries && to.write(bytes)));
        from.on('close', () => void (carries && to.destroy()));
        from.on('error', () => undefined);
      }
    });
    await new Promise<void>((resolve) => server.listen(join(dir, '.s.PGSQL.5432'), resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
      rmSync(dir, { recursive: true });
    });
    url.searchParams.set('host', dir);
    const vanish = (): void => {
      carries = false;
    };
    /** Another host answers at the same address; what was said to the one before is lost. */
    const replace = (): void => {
      for (const socket of sockets) socket.removeAllListeners('data');
      carries = true;
    };
    return { url: url.href, vanish, replace };
  }

  it('nobody waits longer than was agreed, and the next ones are served as soon as another one answers', async () => {
    const { target } = await openStore();
    const { url, vanish, replace } = await openWay(target);
    const db = await openPostgres(url, 1_000);
    onTestFinished(() => db.destroy());
    const ask = () => sql`SELECT 1`.execute(db);
    await Promise.all(Array.from({ length: 10 }, ask));
    const broken = db.transaction().execute(async (tx) => {
      await sql`SELECT 1`.execute(tx);
      vanish();
      await Promise.all([sql`SELECT 2`.execute(tx), sql`SELECT 3`.execute(tx)]);
    });
    const errors = [await errorOf(broken), ...(await Promise.all(Array.from({ length: 9 }, () => errorOf(ask()))))];
    expect(errors.map(isDatabaseFault)).toEqual(errors.map(() => true));
    replace();
    await Promise.all(Array.from({ length: 10 }, ask));
  });

  it('only a transaction that took its turn to last waits on', async () => {
    const { db, target } = await openStore();
    const quick = await openPostgres(target, 400);
    onTestFinished(() => quick.destroy());
    const sleep = (tx: typeof db) => sql`SELECT pg_sleep(0.6)`.execute(tx);
    expect(isDatabaseFault(await errorOf(sleep(quick)))).toBe(true);
    await quick.transaction().execute(async (tx) => {
      await waitForTurn(tx);
      await sleep(tx);
    });
    expect(isDatabaseFault(await errorOf(sleep(quick)))).toBe(true);
  });
});

it('keeps the order of statements also outside of a transaction', async () => {
  const { db } = await openStore();
  const done: string[] = [];
  await together(db, [
    async () => {
      await sql`SELECT pg_sleep(0.1)`.execute(db);
      done.push('first');
    },
    async () => {
      await sql`SELECT 1`.execute(db);
      done.push('second');
    },
  ]);
  expect(done).toEqual(['first', 'second']);
});

it('tells why a transaction failed, whichever answer is looked at first', async () => {
  const { db } = await openStore();
  const add = (tx: typeof db, key: string | null) =>
    tx
      .insertInto('counter')
      .values({ key: key as string, used: 0 })
      .execute();
  const failing = transact(db, (tx) =>
    together(tx, [
      async () => {
        await add(tx, 'before');
        await add(tx, 'after the first answer');
      },
      () => add(tx, null),
    ]),
  );
  expect(await errorOf(failing)).toMatchObject({ code: '23502' });
  const overlooking = transact(db, async (tx) => {
    await add(tx, null).catch(() => undefined);
  });
  expect(await errorOf(overlooking)).toMatchObject({ code: '23502' });
});

it.each([
  ['nobody listens', (url: URL) => url.searchParams.set('host', '/nowhere'), /cannot reach PostgreSQL(.|\n)*remedy/],
  ['there is no such database', (url: URL) => Object.assign(url, { pathname: 'nothing' }), /"nothing" does not exist/],
  ['there is no such user', (url: URL) => url.searchParams.set('user', 'nobody'), /role "nobody" does not exist/],
])('says so when %s', async (_name, change, message) => {
  const url = new URL(await freshTarget());
  change(url);
  await expect(openDatabase(url.href)).rejects.toThrow(message);
});

it('never tells a password', async () => {
  expect(withoutSecrets('postgres://ann:se%20cret@db.example:6432/pharos?sslmode=require')).toBe(
    'postgres://db.example:6432/pharos',
  );
  const error = await errorOf(openDatabase('postgres://ann:secret@127.0.0.1:1/pharos'));
  expect(JSON.stringify(error) + String(error)).not.toContain('secret');
});

describe('a transaction that somebody got into', () => {
  it('runs again when two lock each other out', async () => {
    const { db } = await openStore();
    for (const key of ['a', 'b']) await db.insertInto('counter').values({ key, used: 0 }).execute();
    let runs = 0;
    const both = [
      ['a', 'b'],
      ['b', 'a'],
    ].map((order) =>
      transact(db, async (tx) => {
        runs += 1;
        for (const key of order) {
          await tx.updateTable('counter').set({ used: sql`used + 1` }).where('key', '=', key).execute();
          await sql`SELECT pg_sleep(0.05)`.execute(tx);
        }
      }),
    );
    await Promise.all(both);
    expect(runs).toBeGreaterThan(2);
    const rows = await db.selectFrom('counter').select('used').execute();
    expect(rows).toEqual([{ used: 2 }, { used: 2 }]);
  });

  it('runs again when another one filled the index it had looked into', async () => {
    const store = await openStore();
    const versions = await Promise.all(
      [1, 2, 3, 4].map((priority) => applyManifests(store, [manifest(campaignDocument({ priority }))], T0)),
    );
    expect(versions.map(([applied]) => applied?.version).sort()).toEqual([1, 2, 3, 4]);
  });

  it('gives up on a rule it breaks by itself', async () => {
    const { db } = await openStore();
    let runs = 0;
    const breaking = transact(db, async (tx) => {
      runs += 1;
      for (let i = 0; i < 2; i++) await tx.insertInto('counter').values({ key: 'k', used: 0 }).execute();
    });
    expect(isPostgresRace(await errorOf(breaking))).toBe(true);
    expect(runs).toBe(5);
  });
});

const NOTHING = {
  consents: true,
  campaigns: [],
  visitsSince: T0,
  grantsSince: T0,
  allCoupons: false,
  totals: [],
  counters: [],
  exposures: [],
  fixedOffers: [],
  fixedOffersSince: T0,
};

it('lets one transaction at a time see a member', async () => {
  const store = await openStore();
  await newMember(store, 'Ualice');
  const ledger = createLedger(store);
  let inside = 0;
  let most = 0;
  const seen = await Promise.all(
    Array.from({ length: 5 }, () =>
      ledger.transaction(async ({ members, events, load }): Promise<MemberId | undefined> => {
        const identity = { kind: 'line_user', issuer: 'bot', subject: 'Ualice' } as const;
        const member = (await members.find([identity])).get(identityKey(identity));
        await load({ ...NOTHING, members: member === undefined ? [] : [member] });
        inside += 1;
        most = Math.max(most, inside);
        await events.pending(1);
        inside -= 1;
        return member;
      }),
    ),
  );
  expect([new Set(seen).size, most]).toEqual([1, 1]);
});
