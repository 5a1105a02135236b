import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreId } from '../../../protocol/ids.ts';
import { epochMs } from '../../../protocol/units.ts';
import { factsNeeded } from './facts-needed.ts';
import { matchesSegment } from './matches.ts';
import { resolveAudience, segmentsNamed } from './resolve.ts';
import { type MemberFacts, NONE, type SegmentExpr } from './types.ts';

const ZONE = 'Asia/Taipei';
/** Tuesday, 2026-12-08, noon in Taipei. */
const NOW = epochMs(Date.parse('2026-12-08T04:00:00Z'));
const DAY = 86_400_000;
const ago = (days: number) => epochMs(NOW - days * DAY);
const visit = (days: number, store = 'taipei-1', current = false) => ({
  storeId: StoreId.parse(store),
  openedAt: ago(days),
  lastAt: ago(days),
  ...(current && { current }),
});

/** Somebody of whom everything was asked, and nothing is there. */
const NOBODY = {
  tags: new Set<string>(),
  tier: NONE,
  attributes: new Map(),
  firstSeenAt: NONE,
  visits: [],
  coupons: [],
  consents: new Set<string>(),
  birthday: NONE,
} satisfies MemberFacts;

const ANNA: MemberFacts = {
  tags: new Set(['vip']),
  tier: 'gold',
  attributes: new Map<string, string | number | boolean>([
    ['age', 34],
    ['city', 'Taipei'],
    ['newsletter', false],
  ]),
  firstSeenAt: ago(100),
  visits: [visit(0, 'taipei-1', true), visit(3), visit(10, 'tainan-1'), visit(40)],
  coupons: [
    { campaignId: 'tea', state: 'issued', expiresAt: epochMs(NOW + DAY) },
    { campaignId: 'cake', state: 'redeemed', expiresAt: ago(1), redeemedAt: ago(5) },
    { campaignId: 'ice', state: 'issued', expiresAt: NOW },
  ],
  consents: new Set(['line_marketing']),
  birthday: { month: 12, day: 8 },
};

const LEAVES: readonly (readonly [expr: SegmentExpr, anna: boolean, nobody: boolean])[] = [
  [{ tag: 'vip' }, true, false],
  [{ tag: 'staff' }, false, false],
  [{ tier: { eq: 'gold' } }, true, false],
  [{ tier: { in: ['silver', 'bronze'] } }, false, false],
  [{ tier: { exists: false } }, false, true],
  [{ attribute: { name: 'age', gte: 34 } }, true, false],
  [{ attribute: { name: 'age', gt: 34 } }, false, false],
  [{ attribute: { name: 'age', gte: 18, lt: 35 } }, true, false],
  // What is absent is not 0, and a number is no text.
  [{ attribute: { name: 'children', lt: 5 } }, false, false],
  [{ attribute: { name: 'age', lt: '9' } }, false, false],
  [{ attribute: { name: 'city', eq: 'Taipei' } }, true, false],
  [{ attribute: { name: 'newsletter', eq: false } }, true, false],
  [{ attribute: { name: 'newsletter', exists: true } }, true, false],
  [{ firstSeen: { olderThan: 'P90D' } }, true, false],
  [{ firstSeen: { within: 'P90D' } }, false, false],
  // The visit going on now is not the last one.
  [{ lastVisit: { within: 'P3D' } }, false, false],
  [{ lastVisit: { within: 'P4D' } }, true, false],
  [{ lastVisit: { olderThan: 'P3D' } }, true, false],
  [{ lastVisit: { olderThan: 'P5D', stores: ['tainan-*'] } }, true, false],
  [{ visits: { atLeast: 4 } }, true, false],
  [{ visits: { atLeast: 3, within: 'P30D' } }, true, false],
  [{ visits: { atLeast: 3, within: 'P30D', stores: ['taipei-*'] } }, false, false],
  [{ visits: { atMost: 0 } }, false, true],
  [{ holds: {} }, true, false],
  [{ holds: { campaign: 'tea' } }, true, false],
  [{ holds: { campaign: 'cake' } }, false, false],
  [{ holds: { campaign: 'ice' } }, false, false],
  [{ used: {} }, true, false],
  [{ used: { campaign: 'ca*', within: 'P7D' } }, true, false],
  [{ used: { within: 'P5D' } }, false, false],
  [{ consent: 'line_marketing' }, true, false],
  [{ consent: 'email' }, false, false],
  [{ birthday: 'today' }, true, false],
  [{ birthday: 'this-month' }, true, false],
  [{ birthday: { months: [1, 12] } }, true, false],
  [{ birthday: { months: [11] } }, false, false],
  [{ today: { monthDays: [8, 18] } }, true, true],
  [{ today: { weekdays: ['mon'] } }, false, false],
  [{ today: { weekdays: ['tue'], monthDays: [9] } }, false, false],
];

it.each(LEAVES)('%j', (expr, anna, nobody) => {
  expect(matchesSegment(expr, ANNA, NOW, ZONE)).toBe(anna);
  expect(matchesSegment(expr, NOBODY, NOW, ZONE)).toBe(nobody);
});

it('knows the day of the zone, not of the server', () => {
  const evening = epochMs(Date.parse('2026-12-07T17:00:00Z'));
  const member8th: SegmentExpr = { today: { monthDays: [8] } };
  expect(matchesSegment(member8th, NOBODY, evening, ZONE)).toBe(true);
  expect(matchesSegment(member8th, NOBODY, evening, 'America/New_York')).toBe(false);
});

it('keeps a birthday on a leap day in every year', () => {
  const leapling = { ...NOBODY, birthday: { month: 2, day: 29 } };
  const on = (date: string) =>
    matchesSegment({ birthday: 'today' }, leapling, epochMs(Date.parse(`${date}T04:00:00Z`)), ZONE);
  expect([on('2027-02-28'), on('2028-02-28'), on('2028-02-29')]).toEqual([true, false, true]);
});

const leaf = fc.constantFrom(...LEAVES.map(([expr]) => expr));
const { expr } = fc.letrec<{ expr: SegmentExpr }>((tie) => ({
  expr: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ not: tie('expr') }),
    fc.record({ all: fc.array(tie('expr'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('expr'), { minLength: 1, maxLength: 3 }) }),
  ),
}));
const who = fc.constantFrom<MemberFacts>(
  ANNA,
  NOBODY,
  { ...ANNA, tier: NONE },
  { ...NOBODY, tags: new Set(['staff']) },
);

describe('the algebra of segments', () => {
  const law = (name: string, left: (a: SegmentExpr, b: SegmentExpr) => SegmentExpr, right: typeof left): void =>
    it(name, () => {
      fc.assert(
        fc.property(expr, expr, who, (a, b, facts) => {
          const ask = (one: SegmentExpr): boolean => matchesSegment(one, facts, NOW, ZONE);
          expect(ask(left(a, b))).toBe(ask(right(a, b)));
        }),
        { numRuns: 300 },
      );
    });
  law(
    'De Morgan for all',
    (a, b) => ({ not: { all: [a, b] } }),
    (a, b) => ({ any: [{ not: a }, { not: b }] }),
  );
  law(
    'De Morgan for any',
    (a, b) => ({ not: { any: [a, b] } }),
    (a, b) => ({ all: [{ not: a }, { not: b }] }),
  );
  law(
    'twice not is nothing',
    (a) => ({ not: { not: a } }),
    (a) => a,
  );
  law(
    'order does not matter',
    (a, b) => ({ all: [a, b] }),
    (a, b) => ({ all: [b, a] }),
  );

  it('is monotone: another condition never lets more people in, another way never fewer', () => {
    fc.assert(
      fc.property(expr, expr, who, (a, b, facts) => {
        const ask = (one: SegmentExpr): boolean => matchesSegment(one, facts, NOW, ZONE);
        if (ask({ all: [a, b] })) expect(ask(a)).toBe(true);
        if (ask(a)) expect(ask({ any: [a, b] })).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('more tags and more visits never put anybody out of what asks for them', () => {
    const asks = fc.constantFrom<SegmentExpr>({ tag: 'vip' }, { visits: { atLeast: 2, within: 'P9D' } });
    fc.assert(
      fc.property(asks, fc.array(fc.nat(20)), fc.nat(20), (ask, days, more) => {
        const facts = (list: readonly number[]): MemberFacts => ({
          tags: new Set(list.map((day) => (day % 2 === 0 ? 'vip' : 'new'))),
          visits: list.map((day) => visit(day)),
        });
        if (matchesSegment(ask, facts(days), NOW, ZONE)) {
          expect(matchesSegment(ask, facts([...days, more]), NOW, ZONE)).toBe(true);
        }
      }),
    );
  });
});

describe('which facts are needed', () => {
  const needs = (audience: SegmentExpr) => factsNeeded([{ audience, timeZone: ZONE }], NOW);

  it('are exactly those without which it throws', () => {
    const fields = { tags: 'tags', tier: 'tier', attributes: 'attributes', firstSeen: 'firstSeenAt', visits: 'visits' };
    const more = { coupons: 'coupons', consents: 'consents', birthday: 'birthday' };
    const fieldOf: Readonly<Record<string, string>> = { ...fields, ...more };
    fc.assert(
      fc.property(expr, (audience) => {
        const { kinds } = needs(audience);
        const loaded = new Set([...kinds].map((kind) => fieldOf[kind]));
        const only = Object.fromEntries(Object.entries(ANNA).filter(([field]) => loaded.has(field)));
        expect(matchesSegment(audience, only, NOW, ZONE)).toBe(matchesSegment(audience, ANNA, NOW, ZONE));
      }),
      { numRuns: 300 },
    );
    for (const [one] of LEAVES) {
      if (needs(one).kinds.size > 0) expect(() => matchesSegment(one, {}, NOW, ZONE)).toThrow(/not loaded/);
    }
  });

  it('reach back as far as the longest window, or for ever', () => {
    const week: SegmentExpr = { visits: { atLeast: 1, within: 'P7D' } };
    const month: SegmentExpr = { lastVisit: { within: 'P30D' } };
    expect(needs({ any: [week, { not: month }] })).toEqual({ kinds: new Set(['visits']), visitsSince: ago(30) });
    expect(needs({ any: [week, { lastVisit: { olderThan: 'P3D' } }] })).toEqual({ kinds: new Set(['visits']) });
    expect(needs({ tag: 'vip' })).toEqual({ kinds: new Set(['tags']) });
  });
});

describe('segments in segments', () => {
  const segments = new Map<string, SegmentExpr>([
    ['regulars', { all: [{ visits: { atLeast: 3 } }, { not: { segment: 'staff' } }] }],
    ['staff', { tag: 'staff' }],
    ['chicken', { segment: 'egg' }],
    ['egg', { not: { segment: 'chicken' } }],
  ]);

  it('are put in place', () => {
    expect(resolveAudience({ any: [{ segment: 'regulars' }, { tag: 'vip' }] }, segments)).toEqual({
      ok: true,
      value: { any: [{ all: [{ visits: { atLeast: 3 } }, { not: { tag: 'staff' } }] }, { tag: 'vip' }] },
    });
  });

  it.each([
    ['nobody', 'unknown-segment', 'there is no segment "nobody"'],
    ['chicken', 'segment-cycle', 'segments go in a circle: chicken → egg → chicken'],
  ])('%s is refused', (segment, code, detail) => {
    expect(resolveAudience({ segment }, segments)).toEqual({ ok: false, reject: { code, detail } });
  });

  it('are named, each once', () => {
    const twice: SegmentExpr = { any: [{ segment: 'a' }, { not: { all: [{ segment: 'a' }, { segment: 'b' }] } }] };
    expect(segmentsNamed(twice)).toEqual(['a', 'b']);
  });

  it('must be resolved before anybody is weighed', () => {
    expect(() => matchesSegment({ segment: 'staff' }, ANNA, NOW, ZONE)).toThrow(/not resolved/);
  });
});
