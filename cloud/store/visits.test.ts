import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { newMember, openStore, STORE, storeDocument, T0 } from './testing.fixture.ts';

it('lists the newest visits of a member at a store first, and widens them', async () => {
  const store = await openStore();
  await store.apply(storeDocument());
  const { visits } = store.repos;
  const member = await newMember(store);
  const old = await visits.open(member, STORE, T0);
  const recent = await visits.open(member, STORE, epochMs(T0 + 100));
  await visits.open(await newMember(store), STORE, T0);
  await visits.extend(old, epochMs(T0 - 5), epochMs(T0 + 5));
  expect(await visits.recent(member, STORE)).toEqual([
    { id: recent, openedAt: T0 + 100, lastAt: T0 + 100 },
    { id: old, openedAt: T0 - 5, lastAt: T0 + 5 },
  ]);
});
