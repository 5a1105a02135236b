import type { EpochMs } from '../../../protocol/units.ts';
import { closingTime, type DailyHours, localTime, withinHours } from '../calendar.ts';
import type { PolicySpec, QuietHours } from '../manifest/policy.ts';
import { clockOf, type WallClock } from './clock.ts';
import type { Candidate, Place } from './types.ts';

export interface QuietRule {
  readonly hours: DailyHours;
  /** Who said so; `store`: its doors are closed. */
  readonly whose: 'campaign' | 'house' | 'store';
}

/** When nobody is disturbed: the campaign's word, else the house's, else whenever the store is closed. */
export function quietRule(
  { spec }: Pick<Candidate, 'spec'>,
  clock: WallClock,
  policy: PolicySpec | undefined,
): QuietRule | undefined {
  const said: QuietHours | undefined = spec.quietHours ?? policy?.quietHours;
  const whose = spec.quietHours === undefined ? 'house' : 'campaign';
  if (said !== undefined) return said === 'none' ? undefined : { hours: said, whose };
  if (clock.hours === undefined) return undefined;
  const { from, to } = clock.hours;
  // Closed is open turned round; a store that never closes has no quiet hours.
  return from === to % 1440 ? undefined : { hours: { from: to % 1440, to: from }, whose: 'store' };
}

export interface Quiet {
  readonly now: boolean;
  /** When that changes; absent where it never does. */
  readonly until?: EpochMs;
}

/** Whether it is quiet, and until when it stays so or not so. */
export function quietAt(
  candidate: Candidate,
  place: Place | undefined,
  policy: PolicySpec | undefined,
  now: EpochMs,
): Quiet {
  const clock = clockOf(candidate, place);
  const hours = quietRule(candidate, clock, policy)?.hours;
  if (hours === undefined) return { now: false };
  const quiet = withinHours(hours, localTime(now, clock.timeZone).minute);
  const until = closingTime(now, clock.timeZone, quiet ? hours : { from: hours.to % 1440, to: hours.from });
  return { now: quiet, ...(until !== undefined && { until }) };
}
