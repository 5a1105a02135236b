import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { MemberId, VisitId } from '../core/ids.ts';
import { mergeMembers } from './member-merge.ts';
import { unmergeMembers } from './member-unmerge.ts';
import { grantedTo, newEvent, newMember, ON_POSTGRES, openStore, STORE, storeDocument, T0 } from './testing.fixture.ts';
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
  await store.repos.events.close(event.id, 'done', { visitId: 'goes' as VisitId, memberId: member });
  await visits.absorb('goes' as VisitId, 'stays' as VisitId);
  expect(await store.db.selectFrom('event').select('visit_id').execute()).toEqual([{ visit_id: 'stays' }]);
  expect(await visits.ofMembers([member], T0)).toHaveLength(1);
});

/** An event with a decision, and a sale, all of one visit. */
async function leaveTraces(
  { db, repos }: Awaited<ReturnType<typeof openVisits>>['store'],
  of: MemberId,
  visitId: VisitId,
) {
  const event = newEvent();
  await repos.events.add(event);
  await repos.events.close(event.id, 'done', { visitId, memberId: of });
  await repos.decisions.add(event.id, grantedTo(of, { visitId }), { trust: 'signed', at: T0 });
  const money = { amount_minor: 1, currency: 'TWD', refunded_minor: 0 };
  const till = { channel_kind: 'store', channel_id: STORE, txn: event.id, source: 'till' } as const;
  await db
    .insertInto('sale')
    .values({
      ...{ id: `sal_${event.id}`, member_id: of, at: T0, recorded_at: T0, ...money, ...till },
      ...{ attributed_by: 'visit', attributed_visit: visitId },
    } as never)
    .execute();
}

it('points every trace of it at the visit that stays, also of who was merged and taken apart, and no other', async () => {
  const opened = await openVisits();
  const { store, visits, member } = opened;
  const [once, twice] = [await newMember(store), await newMember(store)];
  await mergeMembers(store, { survivor: once, absorbed: member, why: 'one person', who: 'test' }, T0);
  await mergeMembers(store, { survivor: twice, absorbed: once, why: 'one person', who: 'test' }, T0);
  for (const apart of [once, member]) await unmergeMembers(store, apart, T0);
  await visits.saveAll(['stays', 'goes', 'other'].map((id) => visit(id, member, 0, 9)));
  // What came in between stays with the survivor, though the visit went back.
  for (const of of [member, once, twice]) await leaveTraces(store, of, 'goes' as VisitId);
  await leaveTraces(store, member, 'other' as VisitId);
  await visits.absorb('goes' as VisitId, 'stays' as VisitId);
  const { rows } = await sql<{ visit: string; many: number }>`
    SELECT visit, count(*) AS many FROM (
      SELECT visit_id AS visit FROM event UNION ALL SELECT visit_id FROM decision
      UNION ALL SELECT attributed_visit FROM sale) AS trace
    GROUP BY visit ORDER BY visit
  `.execute(store.db);
  expect(rows).toEqual([
    { visit: 'other', many: 3 },
    { visit: 'stays', many: 9 },
  ]);
});

it.runIf(!ON_POSTGRES)('looks through no table for it, however much others did', async () => {
  const opened = await openVisits();
  const { store, visits, member } = opened;
  await visits.saveAll(['stays', 'goes'].map((id) => visit(id, member, 0, 9)));
  await leaveTraces(store, member, 'goes' as VisitId);
  const asked: string[] = [];
  const plans: string[] = [];
  const db = store.db.withPlugin({
    transformQuery: ({ node }) => {
      asked.push(store.db.getExecutor().compileQuery(node, { queryId: 'q' } as never).sql);
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  await visitRows({ db }).absorb('goes' as VisitId, 'stays' as VisitId);
  for (const text of asked) {
    const { rows } = await sql<{ detail: string }>`EXPLAIN QUERY PLAN ${sql.raw(text.replaceAll('?', 'NULL'))}`.execute(
      store.db,
    );
    plans.push(...rows.map(({ detail }) => detail));
  }
  expect(plans.filter((plan) => /^SCAN (event|decision|sale|visit|member)/.test(plan))).toEqual([]);
  expect(asked.filter((text) => text.trimStart().startsWith('UPDATE'))).toHaveLength(3);
});
