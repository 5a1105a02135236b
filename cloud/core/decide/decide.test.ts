import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import type { CampaignId, MemberId } from '../ids.ts';
import { CASES, campaign, countsOf, type DecideCase, inputOf, PAST } from './cases.fixture.ts';
import { decide } from './decide.ts';
import { GATES } from './gates.ts';
import { OUTCOMES, REFUSAL_REASONS } from './reasons.ts';
import type { CandidateHistory } from './types.ts';

const NAMES = GATES.map(({ name }) => name);

describe('one campaign', () => {
  it.each(CASES)('$name: $says', ({ expect: wanted, says: _, ...given }) => {
    const decision = decide(inputOf(given)).find(({ campaignId }) => campaignId === 'tea');
    const passed = 'gate' in wanted ? NAMES.slice(0, NAMES.indexOf(wanted.gate)) : NAMES;
    const { gate: _gate, ...told } = { gate: '', ...wanted };
    expect(decision).toMatchObject({ ...told, passed, weighed: passed.includes('visit') });
    const reason = { deferred: 'quiet_hours_deferred', ghost: 'holdout', reissued: undefined, granted: undefined };
    if (wanted.outcome !== 'refused') expect(decision?.reason).toBe(reason[wanted.outcome]);
    const messages = wanted.outcome === 'granted' || wanted.outcome === 'reissued';
    expect(decision?.route !== undefined).toBe(messages);
    expect(decision?.until !== undefined).toBe(wanted.outcome === 'deferred');
  });

  it('shows every gate, every outcome and every reason', () => {
    const shown = CASES.map(({ expect: wanted }) => wanted);
    const gates = new Set(shown.map((wanted) => ('gate' in wanted ? wanted.gate : '')));
    expect(NAMES.filter((name) => !gates.has(name))).toEqual([]);
    expect(new Set(shown.map(({ outcome }) => outcome))).toEqual(new Set(OUTCOMES));
    const reasons = new Set([
      ...shown.map((wanted) => ('reason' in wanted ? wanted.reason : '')),
      // What the deferred and the ghosts carry, seen above.
      'quiet_hours_deferred',
      'holdout',
    ]);
    expect(REFUSAL_REASONS.filter((reason) => !reasons.has(reason))).toEqual([]);
  });

  it('has a name of its own for every case', () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
    for (const { says } of CASES) expect(says).toMatch(/^\w.*\.$/);
  });
});

describe('the order of gates', () => {
  /** One thing wrong for each gate; with everything wrong from a gate on, that gate names the reason. */
  const BREAKERS: readonly [gate: string, reason: string, wrong: Partial<DecideCase>][] = [
    ['fresh', 'late_event', { event: { ageMs: undefined } }],
    ['trust', 'untrusted_beacon', { event: { trust: 'bad' } }],
    ['known', 'unknown_subject', { member: 'nobody' }],
    ['consent', 'blocked', { member: { blocked: true } }],
    ['active', 'campaign_inactive', { state: 'paused' }],
    ['window', 'outside_window', { spec: { active: { days: ['sun'] } } }],
    ['audience', 'audience_mismatch', { spec: { audience: { today: { weekdays: ['sun'] } } } }],
    ['visit', 'visit_continues', { past: { weighedInVisit: true } }],
    ['priority', 'lost_to_priority', { beside: { priority: 10, quietHours: 'none' } }],
    ['caps', 'cap_member_campaign', { counted: { cap_member_campaign: 9 } }],
    ['coupon', 'already_has_coupon', { past: { holdsCoupon: true } }],
    ['quiet', 'quiet_hours', { hours: { from: 0, to: 60 } }],
    ['stock', 'stock_exhausted', { past: { stockLeft: 0 } }],
    ['budget', 'budget_exhausted', { past: { messagesLeft: 0 } }],
    ['quota', 'quota_exhausted', { history: { quotaLeft: 0 } }],
    ['make', 'render_error', { past: { failed: 'render_error' } }],
    ['holdout', 'holdout', { spec: { experiment: { holdout: '50%' } } }],
  ];
  const PUSHING = {
    delivery: { prefer: 'push' },
    limits: { perMember: { max: 9, per: 'P1D' }, messages: { max: 5, per: 'day' } },
  };

  it.each(BREAKERS.map(([gate, reason], index) => ({ gate, reason, index })))('$gate', ({ gate, reason, index }) => {
    let wrong: Omit<DecideCase, 'expect' | 'says'> = { name: gate, spec: PUSHING };
    for (const [, , one] of BREAKERS.slice(index).reverse()) {
      wrong = {
        ...wrong,
        ...one,
        name: gate,
        event: { ...wrong.event, ...one.event },
        past: { ...wrong.past, ...one.past },
        spec: { ...wrong.spec, ...one.spec },
      };
    }
    const decision = decide(inputOf(wrong)).find(({ campaignId }) => campaignId === 'tea');
    expect(decision?.reason).toBe(reason);
    expect(decision?.passed).toEqual(NAMES.slice(0, NAMES.indexOf(gate)));
  });
});

describe('what was not read', () => {
  it('is a bug where a cap needs its count', () => {
    const base = inputOf({ name: 'uncounted', spec: { limits: { total: { max: 1, per: 'day' } } } });
    const input = { ...base, history: { ...base.history, counts: new Map() } };
    expect(() => decide(input)).toThrow(/nobody counted all\|tea/);
  });

  it('is a bug where an audience asks for a fact', () => {
    expect(() => decide(inputOf({ name: 'no facts', spec: { audience: { tag: 'vip' } } }))).toThrow(/tags/);
  });

  it('means nobody where an audience could not be resolved', () => {
    const base = inputOf({ name: 'unresolved', spec: { audience: { segment: 'vip' } } });
    const candidates = base.candidates.map(({ audience: _, ...rest }) => rest);
    expect(decide({ ...base, candidates })[0]?.reason).toBe('audience_mismatch');
  });
});

describe('an experiment', () => {
  const exposure = (member: string, holdout: string, past: Partial<CandidateHistory> = {}) =>
    decide(inputOf({ name: 'exposed', spec: { experiment: { holdout } }, member: { id: member as MemberId }, past }))[0]
      ?.exposure;

  it('tells what to keep of whom it exposed, and only of them', () => {
    expect(exposure('mem_2', '50%')).toEqual({ arm: 'control', bucket: 3464, algorithm: 1, at: 1797307200000 });
    expect(exposure('mem_2', '10%')).toEqual({ arm: 'treated', bucket: 3464, algorithm: 1, at: 1797307200000 });
    expect(exposure('mem_2', '10%', { holdsCoupon: true })).toBeUndefined();
  });

  it('keeps what was kept', () => {
    const kept = { arm: 'control', bucket: 1, algorithm: 0, at: epochMs(5) } as const;
    expect(exposure('mem_2', '10%', { exposure: kept })).toEqual(kept);
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
    return decide({
      ...base,
      candidates,
      history: { ...base.history, campaigns },
    }).map(({ campaignId, outcome, reason }) => `${campaignId} ${reason ?? outcome}`);
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
    holdsCoupon: mostly(false, fc.boolean()),
    stockLeft: fc.nat(1),
    messagesLeft: fc.nat(1),
  });
  const spec = fc.record({
    priority: fc.integer({ min: -2, max: 2 }),
    trust: fc.constantFrom('fallback', 'signed', 'any'),
    delivery: fc.record({ prefer: fc.constantFrom('reply', 'push'), fallback: fc.constantFrom('none', 'push') }),
    holdout: mostly(undefined, fc.constantFrom('20%', '50%')),
  });
  const TRIGGERS = { enter: { on: 'enter' }, keyword: { on: 'keyword', phrases: ['a'] }, follow: { on: 'follow' } };
  const world = fc.record({
    on: fc.constantFrom('enter' as const, 'keyword' as const, 'follow' as const),
    offers: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), spec, past), { selector: ([id]) => id }),
    // Mostly well, or nobody would ever come past the first gates.
    trust: mostly('signed', fc.constantFrom('node', 'fixed', 'bad', 'none', 'line-secure')),
    ageMs: mostly(500, fc.option(fc.nat(25 * 60_000), { nil: undefined })),
    hasToken: fc.boolean(),
    nowMs: fc.nat(60_000),
    fixedOffersLastHour: fc.nat(25),
    member: fc.nat(1000),
    blocked: mostly(false, fc.boolean()),
    known: mostly(true, fc.boolean()),
    quiet: mostly(false, fc.boolean()),
    capped: fc.nat(3),
  });

  it('decides once for each, one wins at most, and the rest know why not', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat()), (given, shuffle) => {
        const base = inputOf({
          name: 'any',
          event: {
            trigger: given.on,
            trust: given.trust as 'node',
            ageMs: given.ageMs,
            ...(!given.hasToken && { replyUntil: undefined }),
          },
          member: given.known ? { blocked: given.blocked, id: `mem_${given.member}` as MemberId } : 'nobody',
          history: { fixedOffersLastHour: given.fixedOffersLastHour },
          nowMs: given.nowMs,
        });
        const limits = { perMember: { max: 2, per: 'P1D' }, messages: { max: 9, per: 'day' } };
        const candidates = given.offers.map(([id, { holdout, ...own }]) =>
          campaign(id, {
            ...own,
            limits,
            trigger: TRIGGERS[given.on],
            ...(given.on !== 'enter' && { home: 'taipei-1' }),
            ...(given.quiet && { quietHours: '11:00-13:00' }),
            ...(holdout !== undefined && given.on === 'enter' && { experiment: { holdout } }),
          }),
        );
        const counts = countsOf(candidates, base.place, undefined, base.now, { cap_member_campaign: given.capped });
        const campaigns = new Map(given.offers.map(([id, , own]) => [id as CampaignId, own]));
        const input = { ...base, candidates, history: { ...base.history, campaigns, counts } };
        const decisions = decide(input);

        expect(decisions.map(({ campaignId }) => campaignId).sort()).toEqual(
          candidates.map(({ campaignId }) => campaignId).sort(),
        );
        const winners = decisions.filter(({ outcome }) => outcome !== 'refused');
        expect(winners.length).toBeLessThanOrEqual(1);
        for (const { outcome, reason, route, passed, until } of decisions) {
          seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
          expect(NAMES.slice(0, passed.length)).toEqual(passed);
          if (outcome === 'granted') expect(passed).toEqual(NAMES);
          if (outcome === 'granted' || outcome === 'reissued') expect(['reply', 'push']).toContain(route);
          else expect(REFUSAL_REASONS).toContain(reason);
          if (outcome === 'deferred') expect(until).toBeGreaterThan(input.now);
          if (outcome === 'deferred' || outcome === 'reissued') expect(given.on).not.toBe('enter');
        }
        const keyed = candidates.map((candidate) => ({ candidate, key: shuffle.next().value ?? 0 }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ candidate }) => candidate);
        expect(decide({ ...input, candidates: shuffled })).toEqual(decisions);
      }),
      { numRuns: 1500, seed: 7 },
    );
    for (const outcome of OUTCOMES) expect(seen.get(outcome) ?? 0).toBeGreaterThan(2);
  });
});
