import SQLite from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { BootId, newOutboxEpoch } from '../../protocol/ids.ts';
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
  const ear = createNodeEar({ ledger, mint: store.mint, now: () => T0, onFailed: (event) => void failed.push(event) });
  const send = (...seqs: number[]) => {
    const events = seqs.map((seq) => ({
      seq,
      type: 'loss',
      dropped: 1,
      reason: 'test',
      at: T0,
      monoMs: 1,
      boot: BOOT,
      clock: 'synced',
    }));
    return ear(NODE, Buffer.from(JSON.stringify({ v: 1, epoch: EPOCH, boot: BOOT, sentMonoMs: 5, events })));
  };
  const stored = async () =>
    (await store.db.selectFrom('event').select('source_id').orderBy('seq').execute()).map(({ source_id }) =>
      Number(source_id.split(':').at(-1)),
    );
  return { store, send, stored, failed };
}

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
