import fc from 'fast-check';
import { expect, it } from 'vitest';
import { epochMs } from '../protocol/units.ts';
import { membersOfSegment } from './audience.ts';
import type { EventId, MemberId } from './core/ids.ts';
import { foldPhrase } from './core/keyword.ts';
import type { SegmentExpr } from './core/segment/types.ts';
import type { Occurrence } from './core/working-set-types.ts';
import { dispatch } from './ingest/dispatch.ts';
import { createLedger } from './store/ledger.ts';
import { type Life, live } from './store/member.fixture.ts';
import { campaignDocument, newEvent, newMember, openStore, storeDocument, T0 } from './store/testing.fixture.ts';

const HOUR = 3600_000;
const NOW = epochMs(T0 + 100 * HOUR);
const ZONE = 'Asia/Taipei';

const life = fc.record<Life>({
  visits: fc.array(fc.record({ from: fc.nat(90), hours: fc.constant(0) }), { maxLength: 4 }),
  grants: fc.array(
    fc.record({
      campaign: fc.constantFrom('cake', 'ice'),
      at: fc.nat(99),
      state: fc.constantFrom('issued', 'redeemed'),
      lasts: fc.integer({ min: 1, max: 100 }),
      stocked: fc.constant(false),
    }),
    { maxLength: 2 },
  ),
  arms: fc.constant([]),
  tags: fc.uniqueArray(fc.constantFrom('vip', 'staff')),
  attributes: fc.record(
    {
      tier: fc.constantFrom('gold', 'silver'),
      city: fc.constantFrom('Taipei', 'Tainan'),
      birthday: fc.constant('--12-15'),
    },
    { requiredKeys: [] },
  ),
  blocked: fc.constant(false),
});

const leaf = fc.constantFrom<SegmentExpr>(
  { tag: 'vip' },
  { tag: 'staff' },
  { tier: { in: ['gold'] } },
  { attribute: { name: 'city', eq: 'Taipei' } },
  { visits: { atLeast: 2 } },
  { visits: { atLeast: 1, within: 'P2D' } },
  { lastVisit: { within: 'P1D' } },
  { firstSeen: { olderThan: 'P4D' } },
  { holds: { campaign: 'cake' } },
  { holds: {} },
  { consent: 'line_marketing' },
  { consent: 'email' },
  { birthday: 'this-month' },
  { today: { weekdays: ['sat'] } },
);
const { expr } = fc.letrec<{ expr: SegmentExpr }>((tie) => ({
  expr: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ not: tie('expr') }),
    fc.record({ all: fc.array(tie('expr'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('expr'), { minLength: 1, maxLength: 3 }) }),
  ),
}));

it('a list and the dispatcher mean the same members', async () => {
  const store = await openStore();
  const ledger = createLedger(store);
  await store.apply(storeDocument());
  const people: MemberId[] = [];
  for (const one of fc.sample(life, { numRuns: 14, seed: 4 })) people.push(await live(store, one));
  const seen = { in: 0, out: 0 };
  await fc.assert(
    fc.asyncProperty(expr, async (who) => {
      const id = `asked-${seen.in + seen.out}`;
      const header = { apiVersion: 'pharos/v1' };
      const spec = { trigger: { on: 'keyword', phrases: [id] }, audience: { segment: 'asked' }, timeZone: ZONE };
      await store.apply(
        { ...header, kind: 'Segment', metadata: { id: 'asked' }, spec: { who } },
        campaignDocument(spec, id),
      );
      const listed = await membersOfSegment(store, 'asked', { now: NOW, timeZone: ZONE, limit: 1000 });
      const phrase = foldPhrase(id);
      await ledger.transaction(async (tx) => {
        const offers = await (await tx.registry()).offers({ trigger: 'keyword', ear: 'line', phrase }, undefined);
        expect(offers).toHaveLength(1);
        const occurrences = people.map((member): Occurrence => {
          const event = newEvent({ type: 'message', at: NOW, receivedAt: NOW });
          const more = { trust: 'webhook', trigger: 'keyword', detail: { phrase }, replyToken: 'token' } as const;
          return { event: { ...event, id: event.id as EventId }, stored: false, member, ...more, facts: {}, offers };
        });
        return await dispatch(tx, store.mint, occurrences, NOW);
      });
      const decided = await store.db
        .selectFrom('decision')
        .select(['member_id', 'reason'])
        .where('campaign_id', '=', id)
        .execute();
      expect(decided).toHaveLength(people.length);
      const meant = decided.filter(({ reason }) => reason !== 'audience_mismatch').map(({ member_id }) => member_id);
      expect([...listed].sort()).toEqual(meant.sort());
      seen.in += meant.length;
      seen.out += people.length - meant.length;
    }),
    { numRuns: process.env['PHAROS_TEST_LONG'] === '1' ? 200 : 25, seed: 7 },
  );
  expect(Math.min(seen.in, seen.out)).toBeGreaterThan(50);
}, 60_000);

it('lists each once, page by page, and nobody who is gone', async () => {
  const store = await openStore();
  const all: MemberId[] = [];
  for (let i = 0; i < 5; i++) all.push(await newMember(store));
  const [first = '', second = ''] = all;
  await store.db.updateTable('member').set({ merged_into: second }).where('id', '=', first).execute();
  await store.apply({
    apiVersion: 'pharos/v1',
    kind: 'Segment',
    metadata: { id: 'all' },
    spec: { who: { not: { tag: 'x' } } },
  });
  const asked = { now: NOW, timeZone: ZONE, limit: 3 };
  expect(await membersOfSegment(store, 'all', asked)).toEqual(
    all
      .sort()
      .filter((id) => id !== first)
      .slice(0, 3),
  );
  await expect(membersOfSegment(store, 'none', asked)).rejects.toMatchObject({ code: 'unknown_segment' });
});
