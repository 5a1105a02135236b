import type { EpochMs } from '../../../protocol/units.ts';
import { endOfDate, localTime, startOfDate, withinHours } from '../calendar.ts';
import { matchesSegment } from '../segment/matches.ts';
import { capChecks, countKey, FIXED_OFFERS_PER_NODE_HOUR } from './caps.ts';
import { clockOf, storeOf } from './clock.ts';
import { assignArm, type Exposure } from './holdout.ts';
import { quietAt } from './quiet.ts';
import type { RefusalReason } from './reasons.ts';
import { canReply, isFresh, mayPush, REDELIVERED_AT_MOST_MS, routeOf } from './route.ts';
import type { Candidate, CandidateHistory, DecisionInput } from './types.ts';

export interface GateContext extends Omit<DecisionInput, 'candidates' | 'visitId'> {
  readonly candidate: Candidate;
  readonly past: CandidateHistory;
  /** The candidate of higher priority that already won this event. */
  readonly winner: Candidate | undefined;
}

/** What a gate says: nothing to let through, a reason to refuse, or another end. */
export type Verdict =
  | undefined
  | RefusalReason
  /** The coupon held already is shown again. */
  | { readonly outcome: 'reissued' }
  | { readonly outcome: 'deferred'; readonly until: EpochMs }
  | { readonly outcome: 'ghost' };

export interface Gate {
  readonly name: string;
  readonly check: (context: GateContext) => Verdict;
}

/** In this order; the first that does not let through decides. Cheap and general first, the scarce things last. */
export const GATES: readonly Gate[] = [
  {
    name: 'fresh',
    check: ({ event, candidate, now }) => {
      if (event.ageMs === undefined) return 'late_event';
      if (isFresh(event, candidate)) return undefined;
      // A redelivered webhook is old, yet the person may still be answered by its live reply token.
      return canReply(event, now) && event.ageMs <= REDELIVERED_AT_MOST_MS ? undefined : 'late_event';
    },
  },
  {
    name: 'trust',
    check: ({ event, candidate, history }) => {
      switch (event.trust) {
        case 'node':
        case 'signed':
        case 'line-secure':
        case 'webhook':
        case 'clock':
          return undefined;
        case 'fixed':
          if (candidate.spec.trust === 'any') return undefined;
          return candidate.spec.trust === 'fallback' && history.fixedOffersLastHour < FIXED_OFFERS_PER_NODE_HOUR
            ? undefined
            : 'untrusted_beacon';
        case 'bad':
        case 'none':
          return candidate.spec.trust === 'any' ? undefined : 'untrusted_beacon';
      }
    },
  },
  { name: 'known', check: ({ member }) => (member === undefined ? 'unknown_subject' : undefined) },
  {
    name: 'consent',
    check: ({ member }) => {
      if (member?.blocked) return 'blocked';
      return member?.consent === 'granted' ? undefined : 'no_consent';
    },
  },
  {
    name: 'active',
    check: ({ candidate, event, place }) => {
      const { from, until } = candidate.spec.active;
      const { timeZone } = clockOf(candidate, place);
      if (candidate.state !== 'running') return 'campaign_inactive';
      if (from !== undefined && event.at < startOfDate(from, timeZone)) return 'campaign_inactive';
      if (until !== undefined && event.at >= endOfDate(until, timeZone)) return 'campaign_inactive';
      return undefined;
    },
  },
  {
    name: 'window',
    check: ({ candidate, event, place }) => {
      const { days, hours } = candidate.spec.active;
      const local = localTime(event.at, clockOf(candidate, place).timeZone);
      if (days !== undefined && !days.includes(local.weekday)) return 'outside_window';
      return hours !== undefined && !withinHours(hours, local.minute) ? 'outside_window' : undefined;
    },
  },
  {
    name: 'audience',
    check: ({ candidate, member, place, now }) => {
      const { audience, spec } = candidate;
      // A reference nobody could resolve means nobody rather than everybody.
      if (audience === undefined) return spec.audience === undefined ? undefined : 'audience_mismatch';
      const { timeZone } = clockOf(candidate, place);
      return matchesSegment(audience, member?.facts ?? {}, now, timeZone) ? undefined : 'audience_mismatch';
    },
  },
  { name: 'visit', check: ({ past }) => (past.weighedInVisit ? 'visit_continues' : undefined) },
  {
    name: 'priority',
    check: ({ winner, candidate }) => {
      if (winner === undefined) return undefined;
      const sameGroup = winner.spec.group !== undefined && winner.spec.group === candidate.spec.group;
      return sameGroup ? 'excluded_by_group' : 'lost_to_priority';
    },
  },
  {
    name: 'caps',
    check: (context) => {
      // Showing somebody their own coupon again gives nothing that a cap could count.
      if (asksAgain(context)) return undefined;
      const { candidate, place, policy, now, history } = context;
      const clock = clockOf(candidate, place);
      const reached = capChecks(candidate, storeOf(candidate, place), policy, clock, now).find(({ count, max }) => {
        const counted = history.counts.get(countKey(count));
        if (counted === undefined) throw new Error(`nobody counted ${countKey(count)}`);
        return counted >= max;
      });
      return reached?.reason;
    },
  },
  {
    name: 'coupon',
    check: (context) => {
      if (!context.past.holdsCoupon) return undefined;
      if (!asksAgain(context)) return 'already_has_coupon';
      if (!canReply(context.event, context.now)) return 'late_event';
      return context.past.failed ?? { outcome: 'reissued' };
    },
  },
  {
    name: 'quiet',
    check: ({ event, candidate, place, policy, now }) => {
      const quiet = quietAt(candidate, place, policy, now);
      if (!quiet.now) return undefined;
      switch (event.trigger) {
        case 'enter':
        case 'dwell':
        case 'exit':
          return 'quiet_hours';
        case 'follow':
        case 'keyword':
        case 'schedule':
          // Who has just written to us is awake: an answer disturbs nobody.
          if (routeOf({ event, candidate, now }) === 'reply') return undefined;
          // What may only be a reply cannot wait: its token will be dead by then.
          if (!mayPush(candidate) || quiet.until === undefined) return 'quiet_hours';
          return { outcome: 'deferred', until: quiet.until };
      }
    },
  },
  { name: 'stock', check: ({ past }) => (past.stockLeft === 0 ? 'stock_exhausted' : undefined) },
  {
    name: 'budget',
    check: (context) =>
      routeOf(context) === 'push' && context.past.messagesLeft === 0 ? 'budget_exhausted' : undefined,
  },
  {
    name: 'quota',
    check: (context) =>
      routeOf(context) === 'push' && context.history.quotaLeft !== undefined && context.history.quotaLeft <= 0
        ? 'quota_exhausted'
        : undefined,
  },
  // The reply token died between matching and deciding, and the campaign may not push: too late for this person.
  { name: 'route', check: (context) => (routeOf(context) === undefined ? 'late_event' : undefined) },
  // Someone took the last piece meanwhile, or the message could not be made.
  { name: 'make', check: ({ past }) => past.failed },
  // Last, because the control group is who would have got it.
  { name: 'holdout', check: (context) => (exposureOf(context)?.arm === 'control' ? { outcome: 'ghost' } : undefined) },
];

/** The arm of the member in the campaign's experiment: the one kept, else the one the bucket says. */
export function exposureOf({ candidate, member, past, now }: GateContext): Exposure | undefined {
  const { experiment } = candidate.spec;
  if (experiment === undefined || member === undefined) return undefined;
  return past.exposure ?? assignArm(experiment, candidate.campaignId, member.id, now);
}

/** Somebody types the phrase of a coupon they hold. */
const asksAgain = ({ event, past }: GateContext): boolean => event.trigger === 'keyword' && past.holdsCoupon;

/** Once a campaign came this far in a visit it was weighed on its merits; the same visit does not weigh it again. */
export const WEIGHED_GATE = 'visit';
