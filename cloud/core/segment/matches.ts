import { unreachable } from '../../../protocol/result.ts';
import type { EpochMs } from '../../../protocol/units.ts';
import { localTime, windowStart } from '../calendar.ts';
import { matchesPattern } from '../manifest/fields.ts';
import { compares } from './compare.ts';
import {
  type AtStores,
  type MemberFacts,
  NONE,
  type Recency,
  type SegmentExpr,
  type SegmentLeaf,
  type VisitCount,
  type VisitFact,
} from './types.ts';

/**
 * Whether somebody with these facts is meant: the only place where a segment is read. Dispatcher, preview and export
 * ask here, so they cannot differ. Throws where a fact was not loaded or a reference not resolved; both are bugs.
 */
export function matchesSegment(expr: SegmentExpr, facts: MemberFacts, now: EpochMs, timeZone: string): boolean {
  const matches = (part: SegmentExpr): boolean => {
    if ('all' in part) return part.all.every(matches);
    if ('any' in part) return part.any.some(matches);
    if ('not' in part) return !matches(part.not);
    if ('segment' in part) throw new Error(`segment "${part.segment}" was not resolved`);
    return leafMatches(part, facts, now, timeZone);
  };
  return matches(expr);
}

function leafMatches(leaf: SegmentLeaf, facts: MemberFacts, now: EpochMs, timeZone: string): boolean {
  if ('tag' in leaf) return loaded(facts, 'tags').has(leaf.tag);
  if ('tier' in leaf) return compares(leaf.tier, loaded(facts, 'tier') ?? undefined);
  if ('attribute' in leaf) return compares(leaf.attribute, loaded(facts, 'attributes').get(leaf.attribute.name));
  if ('consent' in leaf) return loaded(facts, 'consents').has(leaf.consent);
  if ('firstSeen' in leaf) return isRecent(leaf.firstSeen, loaded(facts, 'firstSeenAt') ?? undefined, now, timeZone);
  if ('lastVisit' in leaf) {
    return isRecent(leaf.lastVisit, lastVisitBefore(leaf.lastVisit, facts), now, timeZone);
  }
  if ('visits' in leaf) {
    const { atLeast = 0, atMost = Infinity } = leaf.visits;
    const count = visitsCounted(leaf.visits, facts, now, timeZone);
    return count >= atLeast && count <= atMost;
  }
  if ('holds' in leaf) {
    return couponsOf(facts, leaf.holds.campaign).some(
      ({ state, expiresAt }) => (state === 'issued' || state === 'locked') && expiresAt > now,
    );
  }
  if ('used' in leaf) {
    const { within } = leaf.used;
    return couponsOf(facts, leaf.used.campaign).some(
      ({ redeemedAt }) => redeemedAt !== undefined && inWindow(redeemedAt, within, now, timeZone),
    );
  }
  const { date, weekday } = localTime(now, timeZone);
  const [month, day] = [Number(date.slice(5, 7)), Number(date.slice(8))];
  if ('birthday' in leaf)
    return isBirthday(leaf.birthday, loaded(facts, 'birthday'), Number(date.slice(0, 4)), month, day);
  if ('today' in leaf) {
    const { monthDays, weekdays } = leaf.today;
    return (monthDays?.includes(day) ?? true) && (weekdays?.includes(weekday) ?? true);
  }
  return unreachable(leaf);
}

/** When the visit before the present one ended; absent where there was none. */
export function lastVisitBefore({ stores }: AtStores, facts: MemberFacts): EpochMs | undefined {
  const before = visitsAt(facts, stores).filter(({ current }) => current !== true);
  return before.reduce<EpochMs | undefined>(
    (latest, { lastAt }) => (latest === undefined || lastAt > latest ? lastAt : latest),
    undefined,
  );
}

/** How many visits began within the time asked about, the present one included. */
export const visitsCounted = (
  { within, stores }: VisitCount & AtStores,
  facts: MemberFacts,
  now: EpochMs,
  timeZone: string,
): number => visitsAt(facts, stores).filter(({ openedAt }) => inWindow(openedAt, within, now, timeZone)).length;

const inWindow = (at: EpochMs, within: string | undefined, now: EpochMs, timeZone: string): boolean =>
  within === undefined || at > windowStart(now, within, timeZone);

function loaded<Fact extends keyof MemberFacts>(facts: MemberFacts, fact: Fact): Exclude<MemberFacts[Fact], undefined> {
  const value = facts[fact];
  if (value === undefined) throw new Error(`the segment asks for ${fact}, which was not loaded`);
  return value as Exclude<MemberFacts[Fact], undefined>;
}

const visitsAt = (facts: MemberFacts, stores: readonly string[] | undefined): readonly VisitFact[] =>
  loaded(facts, 'visits').filter(
    ({ storeId }) => stores === undefined || stores.some((pattern) => matchesPattern(pattern, storeId)),
  );

const couponsOf = (facts: MemberFacts, campaign = '*') =>
  loaded(facts, 'coupons').filter(({ campaignId }) => matchesPattern(campaign, campaignId));

function isRecent({ within, olderThan }: Recency, at: EpochMs | undefined, now: EpochMs, timeZone: string): boolean {
  if (at === undefined) return false;
  if (within !== undefined && at <= windowStart(now, within, timeZone)) return false;
  return olderThan === undefined || at <= windowStart(now, olderThan, timeZone);
}

function isBirthday(
  rule: Extract<SegmentLeaf, { birthday: unknown }>['birthday'],
  born: { readonly month: number; readonly day: number } | typeof NONE,
  year: number,
  month: number,
  day: number,
): boolean {
  if (born === NONE) return false;
  if (rule === 'this-month') return born.month === month;
  if (rule !== 'today') return rule.months.includes(born.month);
  // Who was born on a leap day has it on the 28th in the other years.
  const leap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  const date = born.month === 2 && born.day === 29 && !leap ? 28 : born.day;
  return born.month === month && date === day;
}
