import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { MemberId, VisitId } from '../core/ids.ts';
import { newEvent, newMember, openStore, STORE, storeDocument, T0 } from './testing.fixture.ts';
import { visitRows } from './visits.ts';

const visit = (id: string, memberId: MemberId, from: number, to: number) => ({
  id: id as VisitId,
  memberId,
  storeId: STORE,
  openedAt: epochMs(T0 + from),
  lastAt: epochMs(T0 + to),
});

async function openVisits() {
  const store = await openStore();
  await store.apply(storeDocument());
  return { store, visits: visitRows(store), member: await newMember(store) };
}

it('keeps visits, widens them, and leaves those out that ended before', async () => {
  const { store, visits, member } = await openVisits();
  await visits.saveAll([visit('v1', member, 0, 0), visit('v2', member, 100, 100)]);
  await visits.saveAll([visit('v1', member, -5, 5), visit('v3', await newMember(store), 0, 0)]);
  expect(await visits.ofMembers([member], epochMs(T0))).toEqual([
    visit('v1', member, -5, 5),
    visit('v2', member, 100, 100),
  ]);
  expect(await visits.ofMembers([member], epochMs(T0 + 6))).toEqual([visit('v2', member, 100, 100)]);
});

it('points at the visit that stays what pointed at the one that went', async () => {
  const { store, visits, member } = await openVisits();
  await visits.saveAll([visit('stays', member, 0, 9), visit('goes', member, 5, 9)]);
  const event = newEvent();
  await store.repos.events.add(event);
  await store.repos.events.close(event.id, 'done', { visitId: 'goes' as VisitId });
  await visits.absorb('goes' as VisitId, 'stays' as VisitId);
  expect(await store.db.selectFrom('event').select('visit_id').execute()).toEqual([{ visit_id: 'stays' }]);
  expect(await visits.ofMembers([member], T0)).toHaveLength(1);
});
