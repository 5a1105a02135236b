import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CampaignId } from '../ids.ts';
import { CASES, campaign, type DecideCase, inputOf, PAST } from './cases.fixture.ts';
import { decide } from './decide.ts';
import { GATES } from './gates.ts';
import { REFUSAL_REASONS } from './reasons.ts';
import type { CandidateHistory } from './types.ts';

const NAMES = GATES.map(({ name }) => name);

describe('one campaign', () => {
  it.each(CASES)('$name', ({ expect: wanted, ...given }) => {
    const [decision] = decide(inputOf(given));
    if (typeof wanted === 'string') {
      expect(decision).toMatchObject({ outcome: 'granted', route: wanted, passed: NAMES });
      expect(decision).not.toHaveProperty('reason');
      return;
    }
    const passed = wanted.gate === '(route)' ? NAMES : NAMES.slice(0, NAMES.indexOf(wanted.gate));
    expect(decision).toMatchObject({ outcome: 'refused', reason: wanted.reason, passed });
    expect(decision).not.toHaveProperty('route');
  });

  it('has a case for every gate', () => {
    const covered = new Set(CASES.map(({ expect: wanted }) => (typeof wanted === 'string' ? '' : wanted.gate)));
    expect(NAMES.filter((name) => name !== 'priority' && !covered.has(name))).toEqual([]);
  });
});

describe('the order of gates', () => {
  /** One thing wrong for each gate; with everything wrong from a gate on, that gate names the reason. */
  const BREAKERS: readonly [gate: string, reason: string, wrong: Omit<DecideCase, 'name' | 'expect'>][] = [
    ['fresh', 'late_event', { event: { ageMs: undefined } }],
    ['trust', 'untrusted_beacon', { event: { trust: 'bad' } }],
    ['known', 'unknown_subject', { member: 'nobody' }],
    ['consent', 'blocked', { member: { blocked: true } }],
    ['active', 'campaign_inactive', { state: 'paused' }],
    ['window', 'outside_window', { spec: { active: { days: ['sun'] } } }],
    ['visit', 'visit_continues', { past: { weighedInVisit: true } }],
    ['caps', 'cap_member_campaign', { past: { grantsInWindow: 9 } }],
    ['coupon', 'already_has_coupon', { past: { holdsCoupon: true } }],
    ['quiet', 'quiet_hours', { hours: { from: 0, to: 60 } }],
    ['stock', 'stock_exhausted', { past: { stockLeft: 0 } }],
    ['budget', 'budget_exhausted', { past: { messagesLeft: 0 } }],
    ['quota', 'quota_exhausted', { history: { quotaLeft: 0 } }],
    ['make', 'render_error', { past: { failed: 'render_error' } }],
  ];
  const PUSHING = {
    delivery: { prefer: 'push' },
    limits: { perMember: { max: 9, per: 'P1D' }, messages: { max: 5, per: 'day' } },
  };

  it.each(BREAKERS.map(([gate, reason], index) => ({ gate, reason, index })))('$gate', ({ gate, reason, index }) => {
    let wrong: Omit<DecideCase, 'expect'> = { name: gate, spec: PUSHING };
    for (const [, , one] of BREAKERS.slice(index).reverse()) {
      wrong = {
        ...wrong,
        ...one,
        event: { ...wrong.event, ...one.event },
        past: { ...wrong.past, ...one.past },
        spec: { ...wrong.spec, ...one.spec },
      };
    }
    const [decision] = decide(inputOf(wrong));
    expect(decision?.reason).toBe(reason);
    expect(decision?.passed).toEqual(NAMES.slice(0, NAMES.indexOf(gate)));
  });
});

describe('several campaigns', () => {
  const outcomes = (
    specs: Readonly<Record<string, Record<string, unknown>>>,
    past: Record<string, CandidateHistory> = {},
  ) => {
    const base = inputOf({ name: 'several' });
    const candidates = Object.entries(specs).map(([id, spec]) => campaign(id, spec));
    const campaigns = new Map(Object.entries(past)) as unknown as ReadonlyMap<CampaignId, CandidateHistory>;
    return decide({ ...base, candidates, history: { ...base.history, campaigns } }).map(
      ({ campaignId, outcome, reason }) => `${campaignId} ${reason ?? outcome}`,
    );
  };

  it('says whether the winner was of the same exclusion group', () => {
    const group = 'tea';
    expect(outcomes({ high: { priority: 5, group }, low: { group }, other: { group: 'cake' } })).toEqual([
      'high granted',
      'low excluded_by_group',
      'other lost_to_priority',
    ]);
  });

  it('gives the event to the highest priority', () => {
    expect(outcomes({ low: {}, high: { priority: 5 } })).toEqual(['high granted', 'low lost_to_priority']);
  });

  it('breaks ties by id', () => {
    expect(outcomes({ b: {}, a: {}, c: {} })).toEqual(['a granted', 'b lost_to_priority', 'c lost_to_priority']);
  });

  it('passes the event on where the first may not have it', () => {
    expect(outcomes({ high: { priority: 5 }, low: {} }, { high: { ...PAST, stockLeft: 0 } })).toEqual([
      'high stock_exhausted',
      'low granted',
    ]);
  });
});

describe('whatever comes', () => {
  const mostly = <T, U>(usual: T, else_: fc.Arbitrary<U>) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: else_ });
  const past = fc.record({
    weighedInVisit: mostly(false, fc.boolean()),
    grantsInWindow: fc.nat(2),
    holdsCoupon: mostly(false, fc.boolean()),
    stockLeft: fc.nat(1),
    messagesLeft: fc.nat(1),
  });
  const spec = fc.record({
    priority: fc.integer({ min: -2, max: 2 }),
    trust: fc.constantFrom('fallback', 'signed', 'any'),
    delivery: fc.record({ prefer: fc.constantFrom('reply', 'push'), fallback: fc.constantFrom('none', 'push') }),
  });
  const world = fc.record({
    offers: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), spec, past), { selector: ([id]) => id }),
    // Mostly well, or nobody would ever come past the first gates.
    trust: mostly('signed', fc.constantFrom('node', 'fixed', 'bad', 'none', 'line-secure')),
    ageMs: mostly(500, fc.option(fc.nat(25 * 60_000), { nil: undefined })),
    hasToken: fc.boolean(),
    nowMs: fc.nat(60_000),
    fixedOffersLastHour: fc.nat(25),
    blocked: mostly(false, fc.boolean()),
    known: mostly(true, fc.boolean()),
  });

  it('decides once for each, grants at most one, and says why for the rest', () => {
    const granted = { count: 0 };
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat()), (given, shuffle) => {
        const base = inputOf({
          name: 'any',
          event: {
            trust: given.trust as 'node',
            ageMs: given.ageMs,
            ...(!given.hasToken && { replyUntil: undefined }),
          },
          member: given.known ? { blocked: given.blocked } : 'nobody',
          history: { fixedOffersLastHour: given.fixedOffersLastHour },
          nowMs: given.nowMs,
        });
        const limits = { perMember: { max: 2, per: 'P1D' }, messages: { max: 9, per: 'day' } };
        const candidates = given.offers.map(([id, own]) => campaign(id, { ...own, limits }));
        const campaigns = new Map(given.offers.map(([id, , own]) => [id as CampaignId, own]));
        const input = { ...base, candidates, history: { ...base.history, campaigns } };
        const decisions = decide(input);

        expect(decisions.map(({ campaignId }) => campaignId).sort()).toEqual(
          candidates.map(({ campaignId }) => campaignId).sort(),
        );
        const winners = decisions.filter(({ outcome }) => outcome === 'granted');
        granted.count += winners.length;
        expect(winners.length).toBeLessThanOrEqual(1);
        for (const { outcome, reason, route, passed } of decisions) {
          expect(NAMES.slice(0, passed.length)).toEqual(passed);
          if (outcome === 'granted') expect(['reply', 'push']).toContain(route);
          else expect(REFUSAL_REASONS).toContain(reason);
        }
        const keyed = candidates.map((candidate) => ({ candidate, key: shuffle.next().value ?? 0 }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ candidate }) => candidate);
        expect(decide({ ...input, candidates: shuffled })).toEqual(decisions);
      }),
      { numRuns: 500, seed: 7 },
    );
    expect(granted.count).toBeGreaterThan(20);
  });
});
