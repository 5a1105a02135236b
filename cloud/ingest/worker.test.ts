import SQLite from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import type { Ledger, LedgerTx } from '../core/ports.ts';
import { createLedger } from '../store/ledger.ts';
import { runRivals } from '../store/rivals.fixture.ts';
import { newEvent, openStore, T0 } from '../store/testing.fixture.ts';
import { takeLineEvents } from './line-ear.ts';
import { createWorker } from './worker.ts';

const unknownEvent = () => newEvent({ body: { destination: 'bot', event: { type: 'teleport' } } });

const follow = (userId: string) => {
  const event = { type: 'follow', timestamp: T0, source: { type: 'user', userId } };
  return newEvent({ type: 'follow', body: { destination: 'bot', event } });
};

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
  const faults: unknown[] = [];
  const told: string[] = [];
  const worker = createWorker({
    ledger,
    mint: store.mint,
    now: () => T0,
    onDeliveries: () => undefined,
    onFailed: (event) => void failed.push(event),
    onFault(error) {
      faults.push(error);
      told.push('fault');
    },
    onDone: () => void told.push('done'),
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
  return { store, worker, failed, faults, told, allClosed };
}

it('sets aside what cannot be processed and goes on', async () => {
  const { store, worker, failed, allClosed } = await openWorker();
  const broken = newEvent({ body: 'not what was stored' });
  for (const event of [unknownEvent(), broken, unknownEvent()]) await store.repos.events.add(event);
  worker.poke();
  expect(await allClosed()).toEqual(['done', 'failed', 'done']);
  await worker.stop();
  expect(failed).toEqual([broken.id]);
});

it('sets aside what cannot be opened, and goes on', async () => {
  const { store, worker, failed, allClosed } = await openWorker();
  const broken = unknownEvent();
  for (const event of [broken, unknownEvent()]) await store.repos.events.add(event);
  await store.db
    .updateTable('event')
    .set({ body_sealed: Uint8Array.of(1) })
    .where('id', '=', broken.id)
    .execute();
  worker.poke();
  expect(await allClosed()).toEqual(['failed', 'done']);
  await worker.stop();
  expect(failed).toEqual([broken.id]);
});

it('works an event off once, whoever else comes to it', async () => {
  const { store } = await openWorker();
  const event = follow('Ualice');
  await store.repos.events.add(event);
  const ledger = createLedger(store);
  for (let i = 0; i < 2; i++) await ledger.transaction((tx) => takeLineEvents(tx, store.mint, [event.id], T0));
  expect(await store.db.selectFrom('consent').select('source').execute()).toEqual([{ source: event.id }]);
});

it('shares the events with a second process, each taken by one', async () => {
  const { store } = await openWorker();
  const events = Array.from({ length: 60 }, (_, i) => follow(`U${i % 7}`));
  for (const event of events) await store.repos.events.add(event);
  const key = store.vaultKey.toString('hex');
  const failed = await runRivals(new URL('../worker-rival.fixture.ts', import.meta.url), store.target, key);
  expect(failed).toEqual([[], []]);
  const states = await store.db.selectFrom('event').select('state').distinct().execute();
  expect(states).toEqual([{ state: 'done' }]);
  const consents = await store.db.selectFrom('consent').select('source').execute();
  expect(consents.map(({ source }) => source).sort()).toEqual(events.map(({ id }) => id as string).sort());
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
  let left = 1;
  const { store, worker, failed, faults, told, allClosed } = await openWorker(() => {
    left -= 1;
    if (left === 0) throw new SQLite.SqliteError('database or disk is full', 'SQLITE_FULL');
  });
  await store.repos.events.add(unknownEvent());
  worker.poke();
  expect(await allClosed()).toEqual(['done']);
  expect(failed).toEqual([]);
  expect(faults).toMatchObject([{ code: 'SQLITE_FULL' }]);
  await worker.stop();
  expect(told.slice(0, 2)).toEqual(['fault', 'done']);
});
