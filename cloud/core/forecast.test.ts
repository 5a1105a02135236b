import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { forecast, quotaMonthEnd, shareBefore } from './forecast.ts';
import { CampaignSpec } from './manifest/campaign-spec.ts';

const NOW = epochMs(Date.parse('2026-12-01T00:00:00Z'));
const DAY = 86_400_000;
const SPAN = { since: NOW - 10 * DAY, until: NOW, now: NOW, timeZone: 'UTC' };
const AUDIENCE = {
  ...{ members: 100, reachable: 40, heard30: 20, heard90: 30, tags: 5 },
  unreached: { no_line: 50, blocked: 5, no_consent: 5 },
};
const MET = { audience: AUDIENCE, mostPeople: 40 };
const tally = (granted: number, messages = { reply: granted, push: 0 }, more: object = {}) => ({
  ...{ decisions: granted, outcomes: { granted }, reasons: {}, messages },
  ...more,
});
const spec = (more: object = {}) =>
  CampaignSpec.parse({
    trigger: { on: 'enter' },
    offer: { coupon: { value: { percent: 20 }, redeemableAt: ['*'] } },
    ...more,
  });

describe('a forecast', () => {
  it('scales what was judged to the days the campaign runs', () => {
    const active = { from: '2026-12-11', until: '2026-12-15' };
    expect(forecast(spec({ active }), { ...MET }, tally(50), SPAN)).toEqual({
      from: Date.parse('2026-12-11'),
      until: Date.parse('2026-12-16'),
      ...{ open: false, given: 25, replies: 25, pushes: 0, blind: false, basis: 'record' },
    });
  });

  it('tells when the stock is gone, by the rate before it was gone then', () => {
    const ranOut = tally(50, { reply: 50, push: 0 }, { ranOutAt: NOW - 5 * DAY });
    const told = forecast(spec({ limits: { stock: 20 } }), { ...MET, stock: { of: 20, left: 20 } }, ranOut, SPAN);
    expect(told).toMatchObject({ open: true, given: 20, replies: 20, stockOutAt: NOW + 2 * DAY });
  });

  it('tells when a budget is used up, counting those it refused', () => {
    const limits = { messages: { max: 30, per: 'month' } };
    const refused = tally(10, { reply: 0, push: 10 }, { reasons: { budget_exhausted: 20 } });
    const told = forecast(spec({ limits }), { ...MET }, refused, SPAN);
    expect(told).toMatchObject({ budgetOutAt: NOW + 10 * DAY, pushes: 30 });
  });

  it('counts everybody it reaches for a run that comes once', () => {
    const trigger = { on: 'schedule', at: '2026-12-05T12:00' };
    const told = forecast(spec({ trigger, timeZone: 'UTC' }), { ...MET }, undefined, SPAN);
    expect(told).toMatchObject({ given: 40, pushes: 40, blind: false });
    const few = { ...MET, stock: { of: 30, left: 30 } };
    const short = forecast(spec({ trigger, timeZone: 'UTC', limits: { stock: 30 } }), few, undefined, SPAN);
    expect(short).toMatchObject({ given: 30, stockOutAt: Date.parse('2026-12-05T12:00Z') });
  });

  it('expects nothing more of a run that came once and is over', () => {
    const trigger = { on: 'schedule', at: '2026-11-30T12:00' };
    const sent = tally(40, { reply: 0, push: 40 });
    const told = forecast(spec({ trigger, timeZone: 'UTC' }), { ...MET }, sent, SPAN);
    expect(told).toMatchObject({ given: 0, pushes: 0, blind: false, basis: 'people' });
  });

  it('foretells nothing from less than a day, and guesses from less than a week', () => {
    const of = (ms: number) => forecast(spec(), { ...MET, mostPeople: 9_999 }, tally(9), { ...SPAN, since: NOW - ms });
    expect(of(10 * 60_000)).toMatchObject({ given: 0, pushes: 0, blind: true, basis: 'too_little' });
    expect(of(DAY - 1)).toMatchObject({ given: 0, blind: true, basis: 'too_little' });
    expect(of(3 * DAY)).toMatchObject({ given: 90, blind: false, basis: 'guess' });
    expect(of(3 * DAY).range).toEqual({ given: { least: 30, most: 190 }, pushes: { least: 0, most: 0 } });
    const none = (delivery: object) =>
      forecast(
        spec({ delivery, limits: { messages: { max: 900, per: 'month' } } }),
        { ...MET, mostPeople: 9_999 },
        { ...tally(0), decisions: 3 },
        { ...SPAN, since: NOW - 3 * DAY },
      );
    expect(none({}).range).toEqual({ given: { least: 0, most: 40 }, pushes: { least: 0, most: 0 } });
    expect(none({ fallback: 'push' }).range).toMatchObject({ given: { most: 40 }, pushes: { least: 0, most: 40 } });
    const bounded = forecast(
      spec({ limits: { perMember: { max: 1, per: 'ever' } } }),
      { ...MET, mostPeople: 100 },
      tally(9),
      { ...SPAN, since: NOW - 3 * DAY },
    );
    expect(bounded).toMatchObject({ given: 90, range: { given: { most: 100 } }, most: { given: 100 } });
    expect(of(7 * DAY)).toMatchObject({ given: 39, basis: 'record' });
    expect(of(7 * DAY)).not.toHaveProperty('range');
  });

  it('gives no more than members and limits allow', () => {
    const busy = tally(5_000);
    const of = (limits: object, more: object = {}) =>
      forecast(spec({ limits, ...more }), { ...MET, mostPeople: 40 }, busy, SPAN);
    const monthly = { max: 2, per: 'P30D' };
    expect(of({ perMember: monthly })).toMatchObject({
      ...{ given: 80, replies: 80 },
      most: { by: 'perMember', given: 80, people: 40, ...monthly },
    });
    // From the first of December, thirty days: five weeks that begin on a Monday are touched.
    expect(of({ perMember: [monthly, { max: 1, per: 'week' }] }).given).toBe(80);
    expect(of({ perMember: { max: 1, per: 'week' } }).given).toBe(200);
    expect(of({ perMember: monthly, total: { max: 7, per: 'ever' } })).toMatchObject({
      ...{ given: 7, replies: 7, most: { by: 'total', given: 7 } },
    });
    expect(of({ perMember: monthly, stock: 3 }).given).toBe(80);
    expect(of({ perMember: monthly }, { trigger: { on: 'follow' } }).given).toBe(15_000);
    expect(of({})).not.toHaveProperty('most');
    expect(forecast(spec(), MET, tally(20), SPAN)).not.toHaveProperty('most');
  });

  it('gives no more than it may push, where it only pushes', () => {
    const limits = { messages: { max: 30, per: 'month' } };
    const messages = { max: 30, per: 'month' as const, left: 4 };
    const told = forecast(spec({ limits }), { ...MET, messages }, tally(10, { reply: 0, push: 10 }), SPAN);
    expect(told).toMatchObject({ given: 4, pushes: 4 });
  });

  it('begins each month with a new budget, wherever in the month it begins itself', () => {
    const late = epochMs(Date.parse('2026-11-22T00:00:00Z'));
    const span = { ...SPAN, since: late - 10 * DAY, until: late, now: late };
    const of = (perDay: number, left: number, more: object = {}) => {
      const limits = { messages: { max: 30, per: 'month' } };
      const messages = { max: 30, per: 'month' as const, left };
      const pushed = tally(10 * perDay, { reply: 0, push: 10 * perDay });
      return forecast(spec({ limits, ...more }), { ...MET, messages }, pushed, span);
    };
    // Nine days of November, then 21 of December.
    expect(of(1, 20)).toMatchObject({ given: 30, pushes: 30 });
    expect(of(1, 20)).not.toHaveProperty('budgetOutAt');
    expect(of(1, 4)).toMatchObject({ pushes: 25, budgetOutAt: late + 4 * DAY });
    expect(of(2, 20)).toMatchObject({ pushes: 48, budgetOutAt: Date.parse('2026-12-16') });
    // What is left of November is none of December's.
    const active = { from: '2026-12-11', until: '2026-12-15' };
    expect(of(1, 0, { active })).toMatchObject({ pushes: 5 });
    const once = { trigger: { on: 'schedule', at: '2026-12-05T12:00' }, timeZone: 'UTC' };
    expect(of(0, 0, once)).toMatchObject({ pushes: 30, budgetOutAt: Date.parse('2026-12-05T12:00Z') });
  });

  it('keeps to its limits, and within its own range', () => {
    const count = fc.nat({ max: 5_000 });
    fc.assert(
      fc.property(
        fc.record({ reply: count, push: count, refused: count, people: count, stock: count, left: count }),
        fc.integer({ min: 0, max: 20 * DAY }),
        fc.nat({ max: DAY - 1 }),
        ({ reply, push, refused, people, stock, left }, ms, ofDay) => {
          const limits = { perMember: { max: 1, per: 'day' }, stock, messages: { max: 50, per: 'day' } };
          const met = {
            ...{ audience: AUDIENCE, mostPeople: people, stock: { of: stock, left: stock } },
            messages: { max: 50, per: 'day' as const, left },
          };
          const recorded = tally(reply + push, { reply, push }, { reasons: { budget_exhausted: refused } });
          const { given, pushes, range } = forecast(spec({ limits }), met, recorded, {
            ...SPAN,
            ...{ since: NOW - ms, now: epochMs(NOW + ofDay) },
          });
          const days = ofDay === 0 ? 30 : 31;
          expect(given).toBeLessThanOrEqual(Math.min(stock, people * days));
          expect(pushes).toBeLessThanOrEqual(left + 50 * (days - 1));
          if (range === undefined) return;
          expect(range.given.least).toBeLessThanOrEqual(given);
          expect(range.given.most).toBeGreaterThanOrEqual(given);
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });

  it('says that it is blind where nothing was recorded', () => {
    expect(forecast(spec(), { ...MET }, undefined, SPAN)).toMatchObject({ given: 0, blind: true });
  });
});

it("knows the end of LINE's month, and what falls before it", () => {
  expect(quotaMonthEnd(epochMs(Date.parse('2026-12-31T14:59:59Z')))).toBe(Date.parse('2026-12-31T15:00:00Z'));
  expect(quotaMonthEnd(epochMs(Date.parse('2026-12-31T15:00:00Z')))).toBe(Date.parse('2027-01-31T15:00:00Z'));
  expect(shareBefore({ from: epochMs(0), until: epochMs(10) }, epochMs(4))).toBe(0.4);
  expect(shareBefore({ from: epochMs(5), until: epochMs(10) }, epochMs(4))).toBe(0);
});
