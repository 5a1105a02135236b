import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { ReportAsked } from '../core/report/types.ts';
import { AWAY, HOUR, MINUTE, NOON, openReports } from './report.fixture.ts';
import { reports } from './report.ts';
import { NODE, STORE, TEA, type TestStore } from './testing.fixture.ts';

const NOW = epochMs(NOON + 3 * HOUR);
const ask = (store: TestStore, asked: Partial<ReportAsked> = {}) =>
  reports(store.db).report({ kind: 'campaign', by: 'campaign', ids: [], since: '2026-12-14', ...asked }, NOW);

/**
 * Two days of a shop, small enough to be added up by hand.
 *
 *   14 Dec 23:30  given, opened; redeemed 00:10 at the other store, a sale of 100.00
 *   15 Dec 11:00  given, not opened; redeemed 11:30 here, a sale of 50.00 of which 10.00 came back
 *   12:00–13:00   LINE is away: two given, given up, taken back
 *   13:00         given, LINE never said; given, still on its way
 *   all day       one stranger, one late, two visits that went on, one in the control group
 */
async function twoDays() {
  const world = await openReports();
  const { rows } = world;
  const late = await rows.granted({ at: NOON - 12.5 * HOUR, openedAt: NOON - 12.4 * HOUR, cost: 20 });
  const away = await rows.redeemed(late.coupon, NOON - 12.5 * HOUR + 40 * MINUTE, AWAY);
  await rows.sold({ at: NOON - 11.8 * HOUR, amount: 10_000, channel: AWAY, redemption: away, who: late.who });
  const early = await rows.granted({ at: NOON - HOUR, cost: 20 });
  const here = await rows.redeemed(early.coupon, NOON - 30 * MINUTE);
  await rows.sold({ at: NOON - 30 * MINUTE, amount: 5_000, refunded: 1_000, redemption: here, who: early.who });
  for (const at of [NOON + 10 * MINUTE, NOON + 20 * MINUTE]) {
    await rows.granted({ at, state: 'parked', parkReason: 'expired', couponState: 'revoked' });
  }
  await rows.granted({ at: NOON + HOUR, state: 'unknown', cost: 20 });
  await rows.granted({ at: NOON + HOUR, state: 'ready' });
  await rows.refused(NOON, 'unknown_subject');
  await rows.refused(NOON, 'late_event', early.who);
  await rows.refused(NOON, 'visit_continues', early.who);
  await rows.refused(NOON + MINUTE, 'visit_continues', early.who);
  await rows.decided({ at: NOON, outcome: 'ghost', reason: 'holdout', member: await rows.member() });
  await rows.sold({ at: NOON, amount: 700 });
  await rows.sold({ at: NOON, amount: 300, currency: 'JPY', visit: 'vis_1', who: early.who });
  return world;
}

it('adds two days of a shop up as they are added up by hand', async () => {
  const { store } = await twoDays();
  const { rows, total, journeys, sales, timeZone, days } = await ask(store);
  expect({ timeZone, days }).toEqual({ timeZone: 'Asia/Taipei', days: ['2026-12-14', '2026-12-15'] });
  expect(rows.map(({ key }) => key)).toEqual([TEA]);
  expect(total).toMatchObject({
    counts: {
      ...{ heard: 11, decided: 9, granted: 6, refused: 4, ghost: 1 },
      ...{ accepted: 2, expired: 2, takenBack: 2, unknown: 1, waiting: 1, opened: 1, redeemed: 2 },
    },
    reasons: { unknown_subject: 1, late_event: 1, visit_continues: 2 },
    parked: { expired: 2 },
    cost: { TWD: 60 },
    revenue: { TWD: 14_000 },
    costPerRedemption: { TWD: 30 },
    perDay: [1, 5],
  });
  expect(journeys).toEqual([
    { from: STORE, to: AWAY, redeemed: 1, medianMinutes: 40 },
    { from: STORE, to: STORE, redeemed: 1, medianMinutes: 30 },
  ]);
  expect(sales).toEqual([
    { channel: AWAY, by: 'redemption', sales: 1, net: { TWD: 10_000 } },
    { channel: STORE, by: 'redemption', sales: 1, net: { TWD: 4_000 } },
    { channel: STORE, by: 'unattributed', why: 'no_member', sales: 1, net: { TWD: 700 } },
    { channel: STORE, by: 'visit', sales: 1, net: { JPY: 300 } },
  ]);
});

it('tells each day by itself: what follows from a grant belongs to the day of the grant', async () => {
  const { store } = await twoDays();
  const { rows } = await ask(store, { by: 'day' });
  expect(rows).toMatchObject([
    { key: '2026-12-14', counts: { granted: 1, redeemed: 1 }, revenue: { TWD: 10_000 } },
    { key: '2026-12-15', counts: { granted: 5, redeemed: 1, expired: 2 }, revenue: { TWD: 4_000 } },
  ]);
});

it('tells a store what happened at its tills, in every currency by itself', async () => {
  const { store } = await twoDays();
  const { rows } = await ask(store, { kind: 'store', by: 'store' });
  expect(rows).toMatchObject([
    { key: AWAY, name: '台南一店', counts: { redeemedHere: 1, sales: 1, salesByCoupon: 1 }, revenue: { TWD: 10_000 } },
    {
      key: STORE,
      counts: { signals: 11, granted: 6, redeemedHere: 1, sales: 3, salesByVisit: 1, salesUnattributed: 1 },
      revenue: { TWD: 4_700, JPY: 300 },
    },
  ]);
});

it('tells a beacon what was heard there', async () => {
  const { store, rows } = await twoDays();
  await rows.heard({ at: NOON, trust: 'fixed' });
  await rows.heard({ at: NOON, trust: 'bad' });
  const told = await ask(store, { kind: 'beacon', by: 'beacon' });
  expect(told.rows).toMatchObject([
    { key: NODE, counts: { signals: 13, signed: 11, fixed: 1, unproven: 1, heard: 11, granted: 6, redeemed: 2 } },
  ]);
});

it('shows a store no other, and not the people of the chain', async () => {
  const { store } = await twoDays();
  const own = await ask(store, { kind: 'store', by: 'store', onlyStore: AWAY });
  expect(own.rows.map(({ key }) => key)).toEqual([AWAY]);
  expect(own.sales?.map(({ channel }) => channel)).toEqual([AWAY]);
  expect(own).not.toHaveProperty('joined');
  expect(await ask(store, { onlyStore: AWAY })).not.toHaveProperty('uplift');
  await expect(ask(store, { kind: 'store', by: 'store', ids: [STORE], onlyStore: AWAY })).rejects.toMatchObject({
    code: 'not_your_store',
  });
});

it('names what there is not', async () => {
  const { store } = await twoDays();
  await expect(ask(store, { ids: ['coffee'] })).rejects.toMatchObject({ code: 'unknown_campaign' });
  await expect(ask(store, { since: '2027-01-01', until: '2026-01-01' })).rejects.toMatchObject({ code: 'empty_span' });
});

it('counts friends by what brought them, members by their first form, and ties made at the till', async () => {
  const { store, rows } = await openReports();
  const { who, coupon } = await rows.granted({ at: NOON });
  const at = NOON + HOUR;
  await rows.redeemed(coupon, at);
  const link = { member_id: who, kind: 'phone', issuer: 'phone' };
  await store.db
    .insertInto('identity_link')
    .values([
      { id: 'lnk_1', ...link, subject: '+886900000001', created_at: at },
      { id: 'lnk_2', ...link, subject: '+886900000002', created_at: at - 1, ended_at: at },
    ])
    .execute();
  const answer = { form_id: 'club', wording_version: '1', member_id: who };
  await store.db
    .insertInto('form_answer')
    .values([
      { id: 'ans_1', ...answer, at: NOON + 1 },
      { id: 'ans_2', ...answer, at: NOON + 2 },
    ])
    .execute();
  await store.db
    .insertInto('friend_source')
    .values([
      { member_id: who, source: `door:${NODE}`, since: NOON },
      { member_id: await rows.member(), source: 'organic', since: NOON },
    ])
    .execute();
  const told = await ask(store);
  expect(told.total.counts).toMatchObject({ joined: 1, bound: 1 });
  expect(told.joined).toEqual([{ form: 'club', members: 1 }]);
  expect(told.friends).toEqual([
    { source: `door:${NODE}`, friends: 1 },
    { source: 'organic', friends: 1 },
  ]);
  expect((await ask(store, { onlyStore: STORE })).friends).toEqual([{ source: `door:${NODE}`, friends: 1 }]);
});

it('holds those who could get it against those who by design could not', async () => {
  const { store, rows } = await openReports();
  const exposed = async (arm: 'treated' | 'control', buys: boolean) => {
    const who = await rows.member();
    await store.db
      .insertInto('exposure')
      .values({ campaign_id: TEA, member_id: who, arm, bucket: 0, algorithm: 1, at: NOON })
      .execute();
    if (buys) for (const amount of [1_000, 500]) await rows.sold({ at: NOON + HOUR, amount, who });
    // Before it, and too long after it.
    for (const at of [NOON - 1, NOON + 15 * 24 * HOUR]) await rows.sold({ at, amount: 9_999, who });
  };
  for (let index = 0; index < 40; index += 1) await exposed('treated', index < 30);
  for (let index = 0; index < 40; index += 1) await exposed('control', index < 10);
  const [uplift] = (await ask(store)).uplift ?? [];
  expect(uplift).toMatchObject({
    campaign: TEA,
    treated: { members: 40, buyers: 30, spent: { TWD: 45_000 } },
    control: { members: 40, buyers: 10, spent: { TWD: 15_000 } },
    difference: { value: 0.5 },
    verdict: 'more',
    revenuePerMember: { TWD: { value: 750 } },
  });
});

it.each(['America/New_York', 'Asia/Kathmandu'])(
  'sorts by the days of %s, also when clocks change',
  async (timeZone) => {
    const { store, rows } = await openReports({ timeZone });
    // New York's 1 November 2026 has 25 hours.
    const days = ['2026-10-31', '2026-11-01', '2026-11-02'];
    const offsets = timeZone === 'Asia/Kathmandu' ? ['+05:45', '+05:45', '+05:45'] : ['-04:00', '-05:00', '-05:00'];
    for (const [index, day] of days.entries()) {
      await rows.granted({ at: Date.parse(`${day}T23:59:00${offsets[index]}`) });
      await rows.granted({ at: Date.parse(`${day}T00:01:00${index === 1 ? offsets[0] : offsets[index]}`) });
    }
    const told = await ask(store, { by: 'day', since: '2026-10-31', until: '2026-11-02' });
    expect(told.rows.map(({ key, counts }) => [key, counts.granted])).toEqual(days.map((day) => [day, 2]));
  },
);
