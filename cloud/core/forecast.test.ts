import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { forecast, quotaMonthEnd, shareBefore } from './forecast.ts';
import { CampaignSpec } from './manifest/campaign-spec.ts';

const NOW = epochMs(Date.parse('2026-12-01T00:00:00Z'));
const DAY = 86_400_000;
const SPAN = { since: NOW - 10 * DAY, until: NOW, now: NOW, timeZone: 'UTC' };
const AUDIENCE = { members: 100, reachable: 40, heard30: 20, heard90: 30, tags: 5 };
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
    expect(forecast(spec({ active }), { audience: AUDIENCE }, tally(50), SPAN)).toEqual({
      from: Date.parse('2026-12-11'),
      until: Date.parse('2026-12-16'),
      ...{ open: false, given: 25, replies: 25, pushes: 0, blind: false },
    });
  });

  it('tells when the stock is gone, by the rate before it was gone then', () => {
    const ranOut = tally(50, { reply: 50, push: 0 }, { ranOutAt: NOW - 5 * DAY });
    const told = forecast(
      spec({ limits: { stock: 20 } }),
      { audience: AUDIENCE, stock: { of: 20, left: 20 } },
      ranOut,
      SPAN,
    );
    expect(told).toMatchObject({ open: true, given: 20, replies: 20, stockOutAt: NOW + 2 * DAY });
  });

  it('tells when a budget is used up, counting those it refused', () => {
    const limits = { messages: { max: 30, per: 'month' } };
    const refused = tally(10, { reply: 0, push: 10 }, { reasons: { budget_exhausted: 20 } });
    const told = forecast(spec({ limits }), { audience: AUDIENCE }, refused, SPAN);
    expect(told).toMatchObject({ budgetOutAt: NOW + 10 * DAY, pushes: 30 });
  });

  it('counts everybody it reaches for a run that comes once', () => {
    const trigger = { on: 'schedule', at: '2026-12-05T12:00' };
    const told = forecast(spec({ trigger, timeZone: 'UTC' }), { audience: AUDIENCE }, undefined, SPAN);
    expect(told).toMatchObject({ given: 40, pushes: 40, blind: false });
  });

  it('expects nothing more of a run that came once and is over', () => {
    const trigger = { on: 'schedule', at: '2026-11-30T12:00' };
    const sent = tally(40, { reply: 0, push: 40 });
    const told = forecast(spec({ trigger, timeZone: 'UTC' }), { audience: AUDIENCE }, sent, SPAN);
    expect(told).toMatchObject({ given: 0, pushes: 0, blind: false });
  });

  it('says that it is blind where nothing was recorded', () => {
    expect(forecast(spec(), { audience: AUDIENCE }, undefined, SPAN)).toMatchObject({ given: 0, blind: true });
  });
});

it("knows the end of LINE's month, and what falls before it", () => {
  expect(quotaMonthEnd(epochMs(Date.parse('2026-12-31T14:59:59Z')))).toBe(Date.parse('2026-12-31T15:00:00Z'));
  expect(quotaMonthEnd(epochMs(Date.parse('2026-12-31T15:00:00Z')))).toBe(Date.parse('2027-01-31T15:00:00Z'));
  expect(shareBefore({ from: epochMs(0), until: epochMs(10) }, epochMs(4))).toBe(0.4);
  expect(shareBefore({ from: epochMs(5), until: epochMs(10) }, epochMs(4))).toBe(0);
});
