import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StoreId } from '../../../protocol/ids.ts';
import { epochMs } from '../../../protocol/units.ts';
import type { CampaignId, CouponId, VisitId } from '../ids.ts';
import { type VisitBounds, visitStep } from '../visit.ts';
import { foldVisits, type MergeCoupon, type MergeSide, planMerge } from './merge-plan.ts';

const SHOP = StoreId.parse('taipei-1');
const SILENCE = 30;

/** The visits that these events make, one after another. */
function visitsOf(times: readonly number[], name: string): VisitBounds[] {
  let visits: VisitBounds[] = [];
  for (const at of times) {
    const step = visitStep(visits, epochMs(at), SILENCE);
    const gone = step.type === 'merge' ? step.absorbed : [];
    const made =
      step.type === 'open'
        ? { id: `${name}${at}` as VisitId, openedAt: step.at, lastAt: step.at }
        : { id: step.id, openedAt: step.openedAt, lastAt: step.lastAt };
    visits = [...visits.filter(({ id }) => id !== made.id && !gone.includes(id)), made];
  }
  return visits;
}

const bounds = (visits: readonly { openedAt: number; lastAt: number }[]) =>
  visits.map(({ openedAt, lastAt }) => [openedAt, lastAt]).sort(([a = 0], [b = 0]) => a - b);

it('folds visits as if all events had been one member’s', () => {
  const times = fc.array(fc.nat(400), { maxLength: 12 });
  fc.assert(
    fc.property(times, times, (ours, theirs) => {
      const both = [...visitsOf(ours, 'a'), ...visitsOf(theirs, 'b')].map((visit) => ({ ...visit, storeId: SHOP }));
      const folds = foldVisits(both, () => SILENCE);
      const gone = new Set(folds.flatMap(({ absorbed }) => absorbed));
      const left = both
        .filter(({ id }) => !gone.has(id))
        .map((visit) => folds.find(({ into }) => into === visit.id) ?? visit);
      expect(bounds(left)).toEqual(bounds(visitsOf([...ours, ...theirs], 'c')));
      expect(foldVisits([...both].reverse(), () => SILENCE)).toEqual(folds);
    }),
  );
});

const NOBODY: MergeSide = {
  blocked: false,
  visits: [],
  coupons: [],
  exposures: new Map(),
  tags: new Set(),
  attributes: new Set(),
};
const CLOCK = { closeAfterMs: () => SILENCE, now: epochMs(100) };
const coupon = (id: string, state: MergeCoupon['state'], expiresAt: number, campaign = 'tea'): MergeCoupon => ({
  id: id as CouponId,
  campaignId: campaign as CampaignId,
  state,
  expiresAt: epochMs(expiresAt),
});

it.each<[string, MergeCoupon[], MergeCoupon[], string[][]]>([
  ['the one that lasts longer stays', [coupon('a', 'issued', 200)], [coupon('b', 'issued', 300)], [['a', 'b']]],
  ['of equal ones the first by id', [coupon('b', 'issued', 200)], [coupon('a', 'issued', 200)], [['b', 'a']]],
  ['used ones stay', [coupon('a', 'redeemed', 200)], [coupon('b', 'issued', 200)], []],
  ['those whose time is over stay', [coupon('a', 'issued', 100)], [coupon('b', 'issued', 200)], []],
  ['those of other campaigns stay', [coupon('a', 'issued', 200)], [coupon('b', 'issued', 200, 'cake')], []],
  ['one at the till is not taken away', [coupon('a', 'locked', 200)], [coupon('b', 'issued', 300)], [['b', 'a']]],
  ['not even two', [coupon('a', 'locked', 200)], [coupon('b', 'locked', 300)], []],
])('of coupons of one campaign: %s', (_name, ours, theirs, wanted) => {
  const folds = (a: MergeCoupon[], b: MergeCoupon[]) =>
    planMerge({ ...NOBODY, coupons: a }, { ...NOBODY, coupons: b }, CLOCK).coupons;
  expect(folds(ours, theirs).map(({ revoke, into }) => [revoke, into])).toEqual(wanted);
  expect(folds(theirs, ours)).toEqual(folds(ours, theirs));
});

it.each([
  [{ blocked: true }, { blocked: false }, true],
  [{ blocked: false }, { blocked: true, lineSince: epochMs(1) }, true],
  [{ blocked: true, lineSince: epochMs(1) }, { blocked: false }, true],
  [{ blocked: true, lineSince: epochMs(1) }, { blocked: false, lineSince: epochMs(2) }, false],
  [{ blocked: false, lineSince: epochMs(2) }, { blocked: true, lineSince: epochMs(1) }, false],
])('is blocked as the LINE account it is reached by: %j + %j', (ours, theirs, blocked) => {
  expect(planMerge({ ...NOBODY, ...ours }, { ...NOBODY, ...theirs }, CLOCK).blocked).toBe(blocked);
});
