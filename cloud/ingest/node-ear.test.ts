import SQLite from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { BootId, newOutboxEpoch } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import type { Ledger, LedgerTx } from '../core/ports.ts';
import { openDatabase } from '../store/database.ts';
import { createLedger } from '../store/ledger.ts';
import { NODE, nodeDocument, ON_POSTGRES, openStore, storeDocument, T0 } from '../store/testing.fixture.ts';
import { createNodeEar } from './node-ear.ts';

const EPOCH = newOutboxEpoch();
const BOOT = BootId.parse('0f0f0f0f-0000-4000-8000-000000000001');

/** An ear over a real ledger in which `trouble` may strike when an event is added. */
async function openEar(trouble: (sourceId: string) => void = () => undefined) {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument());
  const real = createLedger(store);
  const ledger: Ledger = {
    ...real,
    transaction: <T>(work: (tx: LedgerTx) => Promise<T>) =>
      real.transaction((tx) =>
        work({
          ...tx,
          write: (changes) => {
            for (const { event } of changes.heard) trouble(event.sourceId);
            return tx.write(changes);
          },
        }),
      ),
  };
  const failed: string[] = [];
  let now = T0;
  let before = Promise.resolve();
  const ear = createNodeEar({
    ledger: {
      ...ledger,
      transaction: async (work) => {
        await before;
        return await ledger.transaction(work);
      },
    },
    mint: store.mint,
    now: () => now,
    onFailed: (event) => void failed.push(event),
  });
  const row = (seq: number) => {
    const stamp = { at: T0, monoMs: 1, boot: BOOT, clock: 'unsynced' };
    return { seq, type: 'loss', dropped: 1, reason: 'test', ...stamp };
  };
  const say = (given: object) =>
    ear(NODE, Buffer.from(JSON.stringify({ v: 1, epoch: EPOCH, boot: BOOT, sentMonoMs: 5, ...given })));
  const send = (...seqs: number[]) => say({ events: seqs.map(row) });
  /** The database takes nothing before that. */
  const wait = (until: Promise<void>): void => {
    before = until;
  };
  const clock = (ms: number): void => {
    now = epochMs(T0 + ms);
  };
  const stored = async () =>
    (await store.db.selectFrom('event').select('source_id').orderBy('seq').execute()).map(({ source_id }) =>
      Number(source_id.split(':').at(-1)),
    );
  return { store, send, say, row, wait, clock, stored, failed };
}

it.each([
  ['no type', undefined],
  ['a type that is nothing to read', { toString: 1 }],
  ['a name every object has', 'constructor'],
])('rejects a row with %s, and takes the others', async (_what, type) => {
  const { say, row, stored } = await openEar();
  expect(await say({ events: [row(1), { ...row(2), type }, row(3)] })).toMatchObject({
    ok: true,
    value: { ack: { rejected: [{ seq: 2, code: 'unknown_type' }] } },
  });
  expect(await stored()).toEqual([1, 3]);
});

it('counts what a batch waited for the database as a part of its age', async () => {
  const { store, send, say, row, clock, wait } = await openEar();
  let go: () => void = () => undefined;
  wait(new Promise((resolve) => (go = resolve)));
  const first = send(1);
  // The first one is under way by now.
  await new Promise((resolve) => setImmediate(resolve));
  const second = say({ sentMonoMs: 2_000, events: [{ ...row(2), monoMs: 1_000 }] });
  clock(40_000);
  go();
  await Promise.all([first, second]);
  const heard = await store.db.selectFrom('event').select(['at', 'received_at', 'age_ms']).orderBy('seq').execute();
  expect(heard[1]).toEqual({ at: T0 - 1_000, received_at: T0, age_ms: 1_000 });
});

it('takes for late what says of itself that it is older than time', async () => {
  const { store, say, row } = await openEar();
  expect(await say({ sentMonoMs: 1e300, events: [{ ...row(1), monoMs: 0 }] })).toMatchObject({
    ok: true,
    value: { ack: { done: [[1, 1]], rejected: [] } },
  });
  expect(await store.db.selectFrom('event').select(['at', 'age_ms']).execute()).toEqual([{ at: T0, age_ms: null }]);
});

it('rejects the one row it breaks on and takes the others', async () => {
  const { send, stored, failed } = await openEar((sourceId) => {
    if (sourceId.endsWith(':2')) throw new Error('a bug');
  });
  expect(await send(1, 2, 3)).toMatchObject({
    ok: true,
    value: {
      ack: {
        done: [
          [1, 1],
          [3, 3],
        ],
        rejected: [{ seq: 2, code: 'failed' }],
      },
    },
  });
  expect(await stored()).toEqual([1, 3]);
  expect(failed).toEqual([`${NODE}:${EPOCH}:2`]);
});

it('acknowledges nothing and keeps nothing while the database is at fault', async () => {
  let broken = true;
  const { send, stored } = await openEar(() => {
    if (broken) throw new SQLite.SqliteError('disk full', 'SQLITE_FULL');
  });
  await expect(send(1, 2)).rejects.toThrow('disk full');
  expect(await stored()).toEqual([]);
  broken = false;
  expect(await send(1, 2)).toMatchObject({ ok: true, value: { ack: { done: [[1, 2]], rejected: [] } } });
  expect(await stored()).toEqual([1, 2]);
});

it('lets events wait while a table is not there, as beside a newer version of this program', async () => {
  const { store, send, stored, failed } = await openEar();
  await sql`ALTER TABLE event RENAME TO event_of_later`.execute(store.db);
  await expect(send(1, 2)).rejects.toThrow(/event/);
  await sql`ALTER TABLE event_of_later RENAME TO event`.execute(store.db);
  expect(await send(1, 2)).toMatchObject({ ok: true, value: { ack: { done: [[1, 2]], rejected: [] } } });
  expect([await stored(), failed]).toEqual([[1, 2], []]);
});

it.runIf(ON_POSTGRES)(
  'lets events wait while the server takes no writes, as one that is no longer the primary',
  async () => {
    const { store, send, stored, failed } = await openEar();
    const admin = await openDatabase(store.target);
    /** Of all connections but that of the admin. */
    const takesWrites = async (takes: boolean): Promise<void> => {
      const name = sql.ref(new URL(store.target).pathname.slice(1));
      await sql`ALTER DATABASE ${name} SET default_transaction_read_only = ${sql.lit(takes ? 'off' : 'on')}`.execute(
        admin,
      );
      await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid()`.execute(admin);
    };
    /** A connection that was ended is heard of a moment later. */
    const answerWith = async (expected: RegExp | undefined) => {
      const deadline = performance.now() + 5_000;
      for (;;) {
        try {
          return await send(1, 2);
        } catch (error) {
          if (expected?.test(String(error)) === true) return String(error);
          if (performance.now() > deadline) throw error;
        }
      }
    };
    await takesWrites(false);
    expect(await answerWith(/read-only/)).toMatch(/read-only/);
    await takesWrites(true);
    expect(await answerWith(undefined)).toMatchObject({ ok: true, value: { ack: { done: [[1, 2]], rejected: [] } } });
    expect([await stored(), failed]).toEqual([[1, 2], []]);
    await admin.destroy();
  },
);
