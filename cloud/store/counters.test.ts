import { expect, it } from 'vitest';
import { repositories } from './ledger.ts';
import { openStore } from './testing.fixture.ts';

const many = <T>(count: number, act: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, act));

it('gives out a stock of 37 exactly 37 times to 100 who come at once', async () => {
  const store = await openStore();
  const taken = await many(100, () =>
    store.db.transaction().execute((db) => repositories({ ...store, db }).counters.take('stock|tea', 37)),
  );
  expect(taken.filter(Boolean)).toHaveLength(37);
});

it('gives out again what came back, and never more than was taken', async () => {
  const { counters } = (await openStore()).repos;
  await many(3, () => counters.take('k', 2));
  await many(5, () => counters.giveBack('k'));
  expect((await many(5, () => counters.take('k', 2))).filter(Boolean)).toHaveLength(2);
});

it('keeps counters apart, and has nothing of a stock of none', async () => {
  const { counters } = (await openStore()).repos;
  expect(await counters.take('a', 1)).toBe(true);
  expect(await counters.take('b', 1)).toBe(true);
  expect(await counters.take('c', 0)).toBe(false);
  await counters.giveBack('never-taken');
});

it('forgets a take whose transaction failed', async () => {
  const store = await openStore();
  const failing = store.db.transaction().execute(async (db) => {
    await repositories({ ...store, db }).counters.take('k', 1);
    throw new Error('later trouble');
  });
  await expect(failing).rejects.toThrow('later trouble');
  expect(await store.repos.counters.take('k', 1)).toBe(true);
});
