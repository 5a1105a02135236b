import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import { closingTime, endOfDate } from '../calendar.ts';
import type { PolicySpec } from '../manifest/policy.ts';
import { clockOf } from './clock.ts';
import { quietAt } from './quiet.ts';
import { freshForMs } from './route.ts';
import type { Candidate, DecisionEvent, Place } from './types.ts';

/**
 * Latest useful moment of a message: freshness, the end of the campaign's hours and days, and the beginning of quiet
 * hours all end it. An answer to somebody who writes in quiet hours lasts as long as its reply token.
 */
export function notAfter(given: {
  readonly event: DecisionEvent;
  readonly candidate: Candidate;
  readonly place: Place | undefined;
  readonly policy: PolicySpec | undefined;
  readonly now: EpochMs;
}): EpochMs {
  const { event, candidate, place, policy, now } = given;
  const { active } = candidate.spec;
  const { timeZone } = clockOf(candidate, place);
  const fresh = epochMs(event.at + freshForMs(event, candidate));
  const quiet = quietAt(candidate, place, policy, now);
  const ends = [
    active.hours && closingTime(event.at, timeZone, active.hours),
    active.until === undefined ? undefined : endOfDate(active.until, timeZone),
    quiet.now ? undefined : quiet.until,
  ];
  const bound = event.replyUntil !== undefined && event.replyUntil > fresh ? event.replyUntil : fresh;
  return ends.reduce<EpochMs>((earliest, end) => (end !== undefined && end < earliest ? end : earliest), bound);
}
