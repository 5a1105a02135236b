import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NodeId } from '../../protocol/ids.ts';
import { TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import { createLedger } from '../store/ledger.ts';
import {
  campaignDocument,
  nodeDocument,
  openStore,
  storeDocument,
  T0,
  type TestStore,
} from '../store/testing.fixture.ts';
import { heardTag, openSending, tagNumber } from './ear.fixture.ts';

/**
 * Whether events come one by one, each in a transaction of its own, or many in one: the same is decided. Seen in random
 * worlds of doors, campaigns and people, with every decision accounted for.
 */

const LONG = process.env['PHAROS_TEST_LONG'] === '1';
const RUNS = LONG ? 20 : 2;
const EVENTS = LONG ? 1_500 : 250;
const MINUTE = 60_000;

const NODES = ['taipei-1-door', 'taipei-1-counter', 'taipei-2-door'] as const;
const MEMBERS = 8;
/** Tags above belong to nobody. */
const TAGS = 10;

const PLACE: Readonly<Record<(typeof NODES)[number], { store: string; zone: string }>> = {
  'taipei-1-door': { store: 'taipei-1', zone: 'entrance' },
  'taipei-1-counter': { store: 'taipei-1', zone: 'counter' },
  'taipei-2-door': { store: 'taipei-2', zone: 'entrance' },
};

const campaign = fc.record({
  on: fc.constantFrom('enter', 'dwell', 'exit'),
  stores: fc.constantFrom('taipei-1', 'taipei-2', 'taipei-*', 'tainan-1'),
  zones: fc.constantFrom('entrance', 'counter', '*'),
  priority: fc.integer({ min: 0, max: 2 }),
  limits: fc.record(
    {
      stock: fc.integer({ min: 0, max: 6 }),
      perMember: fc.record({ max: fc.integer({ min: 1, max: 2 }), per: fc.constantFrom('P1D', 'day', 'ever') }),
      perMemberStore: fc.constant({ max: 1, per: 'PT1H' }),
      total: fc.record({ max: fc.integer({ min: 1, max: 6 }), per: fc.constantFrom('PT2H', 'ever') }),
    },
    { requiredKeys: [] },
  ),
  budget: fc.integer({ min: 1, max: 12 }),
  holdout: fc.boolean(),
  audience: fc.constantFrom(undefined, { visits: { atLeast: 2 } }, { not: { holds: {} } }),
});

const event = fc.record({
  node: fc.constantFrom(...NODES),
  tag: fc.integer({ min: 1, max: TAGS }),
  type: fc.constantFrom('enter', 'enter', 'dwell', 'exit'),
  agoMs: fc.integer({ min: 0, max: 300 }).map((minutes) => minutes * MINUTE),
});

const world = fc.record({
  campaigns: fc.array(campaign, { minLength: 1, maxLength: 6 }),
  events: fc.array(event, { minLength: EVENTS, maxLength: EVENTS }),
  cuts: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 10, maxLength: 10 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

async function open({ campaigns }: World): Promise<TestStore> {
  const store = await openStore();
  const always = { hours: '00:00-24:00' };
  await store.apply(
    storeDocument(always),
    { ...storeDocument(always), metadata: { id: 'taipei-2' } },
    ...NODES.map((id, index) => nodeDocument({ ...PLACE[id], index: index + 1 }, id)),
    ...campaigns.map(({ on, stores, zones, priority, limits, budget, holdout, audience }, index) =>
      campaignDocument(
        {
          ...{ trigger: { on, at: { stores: [stores], zones: [zones] } }, priority, freshFor: 'PT2H' },
          limits: { ...limits, messages: { max: budget, per: 'month' } },
          delivery: { prefer: 'push' },
          ...(holdout && { experiment: { holdout: '30%' } }),
          ...(audience && { audience }),
        },
        `campaign-${index}`,
      ),
    ),
  );
  const members = Array.from({ length: MEMBERS }, (_, index) => ({ id: `mem_${index + 1}`, tag: index + 1 }));
  await store.db
    .insertInto('member')
    .values(members.map(({ id }) => ({ id, blocked: 0, created_at: T0 })))
    .execute();
  await store.db
    .insertInto('identity_link')
    .values(
      members.map(({ id, tag }) => ({
        id: `lnk_${tag}`,
        member_id: id,
        kind: 'ble_tag',
        issuer: 'ibeacon',
        subject: tagSubjectKey(TagSubject.parse(tagNumber(tag))),
        created_at: T0,
        ended_at: null,
      })),
    )
    .execute();
  const agreed = { purpose: 'line_marketing', action: 'granted' as const, wording: 'w', source: 's', at: T0 };
  await store.db
    .insertInto('consent')
    // One of them never agreed.
    .values(members.slice(1).map(({ id, tag }) => ({ id: `cns_${tag}`, member_id: id, ...agreed })))
    .execute();
  return store;
}

/** Everything that was decided, by event and campaign, without the ids and codes that chance gives. */
async function outcome({ db }: TestStore) {
  const decisions = await db
    .selectFrom('decision')
    .innerJoin('event', 'event.id', 'decision.event_id')
    .leftJoin('visit', 'visit.id', 'decision.visit_id')
    .leftJoin('coupon', 'coupon.id', 'decision.coupon_id')
    .leftJoin('delivery', 'delivery.decision_id', 'decision.id')
    .select(['event.source_id', 'decision.campaign_id', 'decision.member_id', 'decision.outcome', 'decision.reason'])
    .select(['decision.passed', 'decision.weighed', 'decision.store_id', 'decision.route'])
    .select(['visit.opened_at', 'visit.last_at', 'coupon.issue_key', 'delivery.not_after'])
    .orderBy('event.source_id')
    .orderBy('decision.campaign_id')
    .execute();
  const table = async (name: 'visit' | 'counter' | 'exposure') =>
    (await db.selectFrom(name).selectAll().execute())
      .map(({ id: _, ...row }: { id?: string }) => JSON.stringify(row))
      .sort();
  return {
    decisions,
    visits: await table('visit'),
    counters: (await table('counter')).filter((row) => !row.includes('"used":0')),
    exposures: await table('exposure'),
  };
}

it('decides the same in whatever batches events come, once for each campaign they concern', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const rows = given.events.map(({ node, tag, type, agoMs }, index) => ({
        node: NodeId.parse(node),
        row: heardTag(index + 1, tag, { agoMs, type, ...(type === 'enter' ? {} : { presentMs: 10 * MINUTE }) }),
      }));
      const [single, batched] = [await open(given), await open(given)];
      const now = () => T0;
      const one = openSending({ ledger: createLedger(single), mint: single.mint, now });
      for (const { node, row } of rows) await one(node, [row]);
      const many = openSending({ ledger: createLedger(batched), mint: batched.mint, now });
      for (let at = 0, cut = 0; at < rows.length; cut++) {
        const size = given.cuts[cut % given.cuts.length] ?? 1;
        // Messages of several nodes, sent at once, share a transaction.
        await Promise.all(rows.slice(at, at + size).map(({ node, row }) => many(node, [row])));
        at += size;
      }
      const [expected, found] = [await outcome(single), await outcome(batched)];
      expect(found).toEqual(expected);

      const waits = ({ on, stores, zones }: World['campaigns'][number], { node, type }: World['events'][number]) =>
        on === type &&
        (stores === PLACE[node].store || stores === 'taipei-*') &&
        (zones === PLACE[node].zone || zones === '*');
      const wanted = given.events.flatMap((heard, index) =>
        given.campaigns.flatMap((candidate, number) =>
          waits(candidate, heard) ? [`${heard.node}:${index + 1} campaign-${number}`] : [],
        ),
      );
      const told = found.decisions.map(
        ({ source_id, campaign_id }) => `${source_id.replace(/:[0-9a-f]{16}:/, ':')} ${campaign_id}`,
      );
      expect(told.sort()).toEqual(wanted.sort());
    }),
    { numRuns: RUNS, ...(LONG ? {} : { seed: 20_261_122 }), endOnFailure: true },
  );
}, 600_000);
