import type { ToldLine, ToldReport } from './told.ts';

/** A fortnight of two campaigns as a server answers it. */

const DAY_MS = 86_400_000;
const SINCE = Date.parse('2026-12-01T00:00:00+08:00');
const GRANTED = [3, 5, 4, 9, 14, 18, 7, 6, 5, 8, 0, 15, 21, 11];

const line = (given: Partial<ToldLine> & Pick<ToldLine, 'key'>): ToldLine => ({
  ...{ counts: {}, reasons: {}, parked: {}, cost: {}, revenue: {}, perDay: [] },
  ...given,
});

const TEA = line({
  ...{ key: 'spring-tea', name: '春茶八折' },
  counts: {
    ...{ heard: 640, decided: 601, granted: 126, ghost: 14, refused: 500, accepted: 117, expired: 6, unknown: 1 },
    ...{ waiting: 2, takenBack: 6, opened: 88, redeemed: 41, joined: 12, bound: 9 },
  },
  reasons: { visit_continues: 402, cap_member_campaign: 59, late_event: 21, unknown_subject: 18 },
  parked: { expired: 6 },
  cost: { TWD: 2_360 },
  revenue: { TWD: 1_184_500, JPY: 3_200 },
  costPerRedemption: { TWD: 57.560975 },
  perDay: GRANTED,
});
const ICE = line({
  ...{ key: 'ice', name: '=冰品, "買一送一"' },
  counts: { heard: 80, decided: 80, granted: 30, refused: 50, accepted: 30, opened: 4, redeemed: 2 },
  reasons: { stock_exhausted: 50 },
  cost: { TWD: 0 },
  revenue: { TWD: 16_000 },
  costPerRedemption: { TWD: 0 },
  perDay: GRANTED.map((many, index) => (index > 9 ? many : 0)),
});

export const SAMPLE: ToldReport = {
  ...{ v: 1, report: 'campaign', by: 'campaign', since: SINCE, until: SINCE + 14 * DAY_MS },
  ...{ madeAt: SINCE + 14 * DAY_MS, timeZone: 'Asia/Taipei' },
  days: GRANTED.map((_, index) => `2026-12-${String(index + 1).padStart(2, '0')}`),
  rows: [ICE, TEA],
  total: line({
    key: null,
    counts: {
      ...{ heard: 720, decided: 681, granted: 156, ghost: 14, refused: 550, accepted: 147, expired: 6, unknown: 1 },
      ...{ waiting: 2, takenBack: 6, opened: 92, redeemed: 43, joined: 12, bound: 9 },
    },
    reasons: {
      visit_continues: 402,
      cap_member_campaign: 59,
      stock_exhausted: 50,
      late_event: 21,
      unknown_subject: 18,
    },
    parked: { expired: 6 },
    cost: { TWD: 2_360 },
    revenue: { TWD: 1_200_500, JPY: 3_200 },
    costPerRedemption: { TWD: 54.883721 },
    perDay: GRANTED.map((many, index) => many + (index > 9 ? many : 0)),
  }),
  journeys: [
    { from: 'food-court', to: 'taipei-1', redeemed: 31, medianMinutes: 27.5 },
    { from: null, to: 'online', redeemed: 12, medianMinutes: 1_204 },
  ],
  friends: [
    { source: 'door:taipei-1-door', friends: 38 },
    { source: 'organic', friends: 21 },
    { source: 'link:newsletter', friends: 9 },
  ],
  joined: [{ form: 'club', members: 12 }],
  sales: [
    { channel: 'taipei-1', by: 'redemption', sales: 31, net: { TWD: 961_000 } },
    { channel: 'taipei-1', by: 'unattributed', why: 'no_member', sales: 320, net: { TWD: 8_400_000 } },
    { channel: 'online', by: 'visit', sales: 4, net: { TWD: 52_000, JPY: 3_200 } },
  ],
  uplift: [
    {
      ...{ campaign: 'spring-tea', windowMs: 14 * DAY_MS },
      treated: { members: 126, buyers: 60, spent: { TWD: 1_260_000 } },
      control: { members: 14, buyers: 3, spent: { TWD: 60_000 } },
      difference: { value: 0.2619, low: -0.0111, high: 0.4233 },
      ...{ verdict: 'too_few', wanted: 46 },
    },
    {
      ...{ campaign: 'ice', windowMs: 14 * DAY_MS },
      treated: { members: 900, buyers: 240, spent: { TWD: 3_600_000 } },
      control: { members: 110, buyers: 17, spent: { TWD: 250_000 } },
      difference: { value: 0.1121, low: 0.0309, high: 0.1749 },
      verdict: 'more',
      revenuePerMember: { TWD: { value: 1_727.27, low: 310.5, high: 3_144 } },
    },
  ],
};
