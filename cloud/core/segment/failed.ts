import type { EpochMs } from '../../../protocol/units.ts';
import { lastVisitBefore, matchesSegment, visitsCounted } from './matches.ts';
import { type AttributeValue, type MemberFacts, NONE, type SegmentExpr, type SegmentLeaf } from './types.ts';

/** A condition that stood in somebody's way. */
export interface FailedRule {
  /** Keys from the audience down to it, with segments written out: `['all', '0', 'not']`. */
  readonly path: readonly string[];
  readonly rule: SegmentLeaf;
  /** False: the member meets it, and the audience excludes whoever does. */
  readonly wanted: boolean;
  /**
   * What the member had instead: a value, a count of visits, a time in ms; `null`: nothing was known. Absent where the
   * condition is a question of yes or no.
   */
  readonly has?: AttributeValue | typeof NONE;
}

/** Where much is written within `any`, there are as many ways to say what is missing as to mend it: so many are told. */
const MOST_WAYS = 20;

/**
 * Why somebody is not meant. Each list stood in the way by itself; of the conditions in one list, any one would have
 * been enough for it. Empty for who is meant. Segments have to be resolved.
 */
export function failedRules(
  expr: SegmentExpr,
  facts: MemberFacts,
  now: EpochMs,
  timeZone: string,
): readonly (readonly FailedRule[])[] {
  const failed = (part: SegmentExpr, wanted: boolean, path: readonly string[]): FailedRule[][] => {
    if (matchesSegment(part, facts, now, timeZone) === wanted) return [];
    if ('not' in part) return failed(part.not, !wanted, [...path, 'not']);
    if ('all' in part || 'any' in part) {
      const [key, parts] = 'all' in part ? (['all', part.all] as const) : (['any', part.any] as const);
      const each = parts.map((one, index) => failed(one, wanted, [...path, key, String(index)]));
      const everyOneMatters = (key === 'all') === wanted;
      return everyOneMatters ? each.flat() : each.reduce(eitherOf);
    }
    if ('segment' in part) throw new Error(`segment "${part.segment}" was not resolved`);
    const has = hadOf(part, facts, now, timeZone);
    return [[{ path, rule: part, wanted, ...(has !== undefined && { has }) }]];
  };
  return failed(expr, true, []);
}

/** What stands in the way of two things of which one is enough: something of each. */
const eitherOf = (one: FailedRule[][], other: FailedRule[][]): FailedRule[][] =>
  one.flatMap((left) => other.map((right) => [...left, ...right])).slice(0, MOST_WAYS);

function hadOf(leaf: SegmentLeaf, facts: MemberFacts, now: EpochMs, timeZone: string): FailedRule['has'] {
  if ('tier' in leaf) return facts.tier;
  if ('attribute' in leaf) return facts.attributes?.get(leaf.attribute.name) ?? NONE;
  if ('firstSeen' in leaf) return facts.firstSeenAt;
  if ('lastVisit' in leaf) return lastVisitBefore(leaf.lastVisit, facts) ?? NONE;
  if ('visits' in leaf) return visitsCounted(leaf.visits, facts, now, timeZone);
  // The day itself tells more of a person than the question asked.
  return 'birthday' in leaf && facts.birthday === NONE ? NONE : undefined;
}

/** The innermost segment by which an audience, as it is written, came to what stands at `path`. */
export function segmentAt(
  audience: SegmentExpr,
  segments: ReadonlyMap<string, SegmentExpr>,
  path: readonly string[],
): string | undefined {
  let part: SegmentExpr | undefined = audience;
  let within: string | undefined;
  const enter = (): void => {
    while (part !== undefined && 'segment' in part) {
      within = part.segment;
      part = segments.get(within);
    }
  };
  enter();
  for (const key of path) {
    if (part === undefined) break;
    if (key === 'not' && 'not' in part) part = part.not;
    else if ('all' in part && key !== 'all') part = part.all[Number(key)];
    else if ('any' in part && key !== 'any') part = part.any[Number(key)];
    enter();
  }
  return within;
}
