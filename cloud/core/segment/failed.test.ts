import fc from 'fast-check';
import { expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { failedRules, segmentAt } from './failed.ts';
import { matchesSegment } from './matches.ts';
import { resolveAudience } from './resolve.ts';
import type { MemberFacts, SegmentExpr } from './types.ts';

const NOW = epochMs(Date.UTC(2026, 11, 3, 6));
const TAIPEI = 'Asia/Taipei';
const FACTS: MemberFacts = {
  tags: new Set(['staff']),
  tier: 'bronze',
  attributes: new Map([['age', 17]]),
  firstSeenAt: epochMs(NOW - 1),
  visits: [],
  coupons: [],
  consents: new Set(),
  birthday: null,
};
const failed = (expr: SegmentExpr) => failedRules(expr, FACTS, NOW, TAIPEI);

it('names every condition that stood in the way, with what the member had', () => {
  const tier = { tier: { in: ['gold', 'silver'] } };
  expect(failed({ all: [tier, { not: { tag: 'staff' } }, { tag: 'staff' }] })).toEqual([
    [{ path: ['all', '0'], rule: tier, wanted: true, has: 'bronze' }],
    [{ path: ['all', '1', 'not'], rule: { tag: 'staff' }, wanted: false }],
  ]);
});

it('names all of which one would have been enough', () => {
  const [visits, age] = [{ visits: { atLeast: 1 } }, { attribute: { name: 'age', gte: 18 } }] as const;
  const cameOften = { path: ['any', '0'], rule: visits, wanted: true, has: 0 };
  expect(failed({ any: [visits, { all: [age, { tag: 'vip' }] }] })).toEqual([
    [cameOften, { path: ['any', '1', 'all', '0'], rule: age, wanted: true, has: 17 }],
    [cameOften, { path: ['any', '1', 'all', '1'], rule: { tag: 'vip' }, wanted: true }],
  ]);
});

it('names no more than somebody reads, however much is written within one another', () => {
  const all: SegmentExpr = { all: Array.from({ length: 10 }, (_, index) => ({ tag: `t${index}` })) };
  expect(failed({ any: Array.from({ length: 10 }, () => all) })).toHaveLength(20);
});

it('tells what is excluded by either of two from what is excluded by both', () => {
  const both: SegmentExpr = { not: { all: [{ tag: 'staff' }, { tier: { eq: 'bronze' } }] } };
  const either: SegmentExpr = { not: { any: [{ tag: 'staff' }, { tier: { eq: 'bronze' } }] } };
  expect(failed(both).map(({ length }) => length)).toEqual([2]);
  expect(failed(either).map(({ length }) => length)).toEqual([1, 1]);
});

const LEAVES: readonly SegmentExpr[] = [
  { tag: 'staff' },
  { tag: 'vip' },
  { tier: { eq: 'bronze' } },
  { attribute: { name: 'age', gte: 18 } },
  { birthday: 'today' },
  { lastVisit: { within: 'P1D' } },
];
const { expr } = fc.letrec<{ expr: SegmentExpr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...LEAVES),
    fc.array(tie('expr'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('expr'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('expr').map((not) => ({ not })),
  ),
}));

it('names something exactly for who is not meant, and each named condition says no', () => {
  fc.assert(
    fc.property(expr, (audience) => {
      const groups = failed(audience);
      expect(groups.length === 0).toBe(matchesSegment(audience, FACTS, NOW, TAIPEI));
      for (const group of groups) {
        expect(group).not.toEqual([]);
        for (const { rule, wanted } of group) expect(matchesSegment(rule, FACTS, NOW, TAIPEI)).toBe(!wanted);
      }
    }),
    { seed: 7, numRuns: 300 },
  );
});

it('names what would have been enough: whoever differs in one condition of each list is meant', () => {
  /** With the answers at these places turned round. */
  const matches = (part: SegmentExpr, turned: ReadonlySet<string>, path: string): boolean => {
    if ('not' in part) return !matches(part.not, turned, `${path}.not`);
    if ('all' in part) return part.all.every((one, index) => matches(one, turned, `${path}.all.${index}`));
    if ('any' in part) return part.any.some((one, index) => matches(one, turned, `${path}.any.${index}`));
    return matchesSegment(part, FACTS, NOW, TAIPEI) !== turned.has(path);
  };
  fc.assert(
    fc.property(expr, fc.nat(), (audience, choice) => {
      const groups = failed(audience);
      fc.pre(groups.length < 20);
      const chosen = groups.map((group, index) => group[(choice + index) % group.length]?.path ?? []);
      const turned = new Set(chosen.map((path) => ['', ...path].join('.')));
      expect(matches(audience, turned, '')).toBe(true);
    }),
    { seed: 7, numRuns: 300 },
  );
});

it('finds the segment a condition is a part of', () => {
  const segments = new Map<string, SegmentExpr>([
    ['guests', { not: { tag: 'staff' } }],
    ['good', { all: [{ segment: 'guests' }, { tag: 'vip' }] }],
  ]);
  const audience: SegmentExpr = { any: [{ tag: 'new' }, { segment: 'good' }] };
  const resolved = resolveAudience(audience, segments);
  const named = resolved.ok ? failed(resolved.value).flat() : [];
  expect(named.map(({ path }) => [path.join('.'), segmentAt(audience, segments, path)])).toEqual([
    ['any.0', undefined],
    ['any.1.all.0.not', 'guests'],
    ['any.0', undefined],
    ['any.1.all.1', 'good'],
  ]);
});
