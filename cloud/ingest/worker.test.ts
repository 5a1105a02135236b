import SQLite from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import type { Ledger, LedgerTx } from '../core/ports.ts';
import { createLedger } from '../store/ledger.ts';
import { newEvent, openStore, T0 } from '../store/testing.fixture.ts';
import { createWorker } from './worker.ts';

const unknownEvent = () => newEvent({ body: { destination: 'bot', event: { type: 'teleport' } } });

/** A worker over a real ledger, whose transactions meet `trouble` first. */
async function openWorker(trouble: () => void = () => undefined) {
  const store = await openStore();
  const real = createLedger(store);
  const ledger: Ledger = {
    ...real,
    transaction: <T>(work: (tx: LedgerTx) => Promise<T>) =>
      real.transaction((tx) => {
        trouble();
        return work(tx);
      }),
  };
  const failed: string[] = [];
  const worker = createWorker({
    ledger,
    mint: store.mint,
    now: () => T0,
    onDeliveries: () => undefined,
    onFailed: (event) => void failed.push(event),
  });
  onTestFinished(() => worker.stop());
  const states = async () =>
    (await store.db.selectFrom('event').select('state').orderBy('seq').execute()).map(({ state }) => state);
  const allClosed = async (): Promise<string[]> => {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const now = await states();
      if (!now.includes('pending')) return now;
      if (performance.now() > deadline) throw new Error(`still ${now.join()}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { store, worker, failed, allClosed };
}

it('sets aside what cannot be processed and goes on', async () => {
  const { store, worker, failed, allClosed } = await openWorker();
  const broken = newEvent({ body: 'not what was stored' });
  for (const event of [unknownEvent(), broken, unknownEvent()]) await store.repos.events.add(event);
  worker.poke();
  expect(await allClosed()).toEqual(['done', 'failed', 'done']);
  expect(failed).toEqual([broken.id]);
});

it('works off more than one batch', async () => {
  const { store, worker, allClosed } = await openWorker();
  for (let i = 0; i < 250; i++) await store.repos.events.add(unknownEvent());
  worker.poke();
  expect(await allClosed()).toHaveLength(250);
});

it('notices what comes while it works', async () => {
  const { store, worker, allClosed } = await openWorker();
  for (let i = 0; i < 5; i++) {
    await store.repos.events.add(unknownEvent());
    worker.poke();
  }
  expect(await allClosed()).toHaveLength(5);
});

it('waits while the database is in trouble, and loses nothing', async () => {
  let left = 2;
  const { store, worker, failed, allClosed } = await openWorker(() => {
    left -= 1;
    if (left === 0) throw new SQLite.SqliteError('database or disk is full', 'SQLITE_FULL');
  });
  await store.repos.events.add(unknownEvent());
  worker.poke();
  expect(await allClosed()).toEqual(['done']);
  expect(failed).toEqual(['(queue)']);
});
