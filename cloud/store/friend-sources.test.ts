import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { MARKETING } from '../core/consent.ts';
import type { MemberId } from '../core/ids.ts';
import type { Source } from '../core/source.ts';
import { noteSources, sourceOf } from './friend-sources.ts';
import { mergeMembers } from './member-merge.ts';
import { unmergeMembers } from './member-unmerge.ts';
import { newMember, openStore, T0, type TestStore } from './testing.fixture.ts';

const HOUR = 3600_000;
const at = (hours: number) => epochMs(T0 + hours * HOUR);
const DOOR: Source = { kind: 'door', ref: 'taipei-1-door' };
const BLOG: Source = { kind: 'link', ref: 'blog' };

const learn = (store: TestStore, memberId: MemberId, hours: number, source?: Source): Promise<void> =>
  noteSources(store.db, [{ memberId, at: at(hours), ...(source && { source }) }]);

it.each<[string, readonly (readonly [number, Source?])[], string]>([
  ['becoming a friend proves nothing', [[0]], 'organic'],
  ['a proof soon after', [[0], [1, DOOR]], 'door:taipei-1-door'],
  ['a proof before', [[0, BLOG], [1]], 'link:blog'],
  ['the first of two', [[0], [1, DOOR], [2, BLOG]], 'door:taipei-1-door'],
  ['too late', [[0], [25, DOOR]], 'organic'],
  ['told out of order', [[1, DOOR], [0]], 'door:taipei-1-door'],
  ['coming back', [[0], [50], [51, DOOR]], 'organic'],
])('%s', async (_name, lessons, expected) => {
  const store = await openStore();
  const member = await newMember(store);
  for (const [hours, source] of lessons) await learn(store, member, hours, source);
  expect((await sourceOf(store.db, member))?.source).toBe(expected);
});

it('merged, keeps what was proven, and gives it back when taken apart', async () => {
  const store = await openStore();
  const [survivor, absorbed] = [await newMember(store), await newMember(store)];
  await learn(store, survivor, 0);
  await learn(store, absorbed, 5, DOOR);
  const merged = { survivor, absorbed, why: 'same phone', who: 'test' };
  await mergeMembers(store, merged, at(6));
  expect((await sourceOf(store.db, survivor))?.source).toBe('door:taipei-1-door');
  await unmergeMembers(store, absorbed, at(7));
  expect((await sourceOf(store.db, survivor))?.source).toBe('organic');
  expect((await sourceOf(store.db, absorbed))?.source).toBe('door:taipei-1-door');
});

it('of a friend from before, who blocked the account and came back, stays unknown', async () => {
  const store = await openStore();
  const member = await newMember(store);
  const consent = { member_id: member, purpose: MARKETING, action: 'granted', wording: 'w', source: 's' } as const;
  await store.db
    .insertInto('consent')
    .values({ id: 'cns_1', ...consent, at: at(0) })
    .execute();
  await learn(store, member, 500);
  await learn(store, member, 501, DOOR);
  expect((await sourceOf(store.db, member))?.source).toBe('organic');
});
