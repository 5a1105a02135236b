import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import { durationMs, endOfDate, localTime, startOfDate, withinHours } from '../calendar.ts';
import type { RefusalReason } from './reasons.ts';
import { canReply, isFresh, routeOf } from './route.ts';
import type { Candidate, CandidateHistory, DecisionEvent, DecisionMember, History, Place } from './types.ts';

/** A shop that boots in 1970 still hands out coupons, but a copied fixed frame must not empty the stock. */
export const FIXED_OFFERS_PER_NODE_HOUR = 20;

/** LINE may redeliver a webhook; after this long since the event its reply token is dead whatever LINE says. */
export const REDELIVERED_AT_MOST_MS = 20 * 60_000;

export interface GateContext {
  readonly event: DecisionEvent;
  readonly place: Place;
  readonly member: DecisionMember | undefined;
  readonly candidate: Candidate;
  readonly history: History;
  readonly past: CandidateHistory;
  /** The candidate of higher priority that already won this event. */
  readonly winner: Candidate | undefined;
  readonly now: EpochMs;
}

export interface Gate {
  readonly name: string;
  readonly check: (context: GateContext) => RefusalReason | undefined;
}

/** In this order; the first that fails names the reason. Cheap and general first, the scarce things last. */
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
      if (candidate.state !== 'running') return 'campaign_inactive';
      if (from !== undefined && event.at < startOfDate(from, place.timeZone)) return 'campaign_inactive';
      if (until !== undefined && event.at >= endOfDate(until, place.timeZone)) return 'campaign_inactive';
      return undefined;
    },
  },
  {
    name: 'window',
    check: ({ candidate, event, place }) => {
      const { days, hours } = candidate.spec.active;
      const local = localTime(event.at, place.timeZone);
      if (days !== undefined && !days.includes(local.weekday)) return 'outside_window';
      return hours !== undefined && !withinHours(hours, local.minute) ? 'outside_window' : undefined;
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
    check: ({ candidate, past }) => {
      const cap = candidate.spec.limits.perMember;
      return cap !== undefined && past.grantsInWindow >= cap.max ? 'cap_member_campaign' : undefined;
    },
  },
  { name: 'coupon', check: ({ past }) => (past.holdsCoupon ? 'already_has_coupon' : undefined) },
  {
    name: 'quiet',
    check: ({ place, now }) =>
      withinHours(place.hours, localTime(now, place.timeZone).minute) ? undefined : 'quiet_hours',
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
  // Someone took the last piece meanwhile, or the message could not be made.
  { name: 'make', check: ({ past }) => past.failed },
];

/** Once a campaign came this far in a visit it was weighed on its merits; the same visit does not weigh it again. */
export const WEIGHED_GATE = 'visit';

/** Latest useful moment of a message: freshness, the window's end and the closing of the shop all end it. */
export function notAfter(event: DecisionEvent, candidate: Candidate, ends: readonly (EpochMs | undefined)[]): EpochMs {
  const fresh = epochMs(event.at + durationMs(candidate.spec.freshFor));
  const bound = event.replyUntil !== undefined && event.replyUntil > fresh ? event.replyUntil : fresh;
  return ends.reduce<EpochMs>((earliest, end) => (end !== undefined && end < earliest ? end : earliest), bound);
}
