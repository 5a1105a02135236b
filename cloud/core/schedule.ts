import type { EpochMs } from '../../protocol/units.ts';
import { datesFrom, instantOf, localTime, type Weekday } from './calendar.ts';

/** When a campaign starts by the clock: once, or again and again at a local time. */
export type Schedule =
  | { readonly at: { readonly date: string; readonly minute: number } }
  | {
      readonly every: {
        readonly days?: readonly Weekday[] | undefined;
        readonly monthDays?: readonly number[] | undefined;
        /** Minutes after local midnight. */
        readonly time: number;
      };
    };

/** A rule for days of the week and of the month meets a day within these: the 29th of a certain weekday in February. */
const MOST_DAYS_AHEAD = 366 * 41;
const DAYS_AT_ONCE = 62;

/**
 * The first run after `after` (exclusive) in the zone's calendar, or `undefined` when there is none. Where clocks go
 * forward over the time of a run, it comes as much later; where the time comes twice, the run is at the first.
 */
export function nextRun(schedule: Schedule, timeZone: string, after: EpochMs): EpochMs | undefined {
  if ('at' in schedule) {
    const run = instantOf(schedule.at.date, schedule.at.minute, timeZone);
    return run > after ? run : undefined;
  }
  const { days, monthDays, time } = schedule.every;
  let from = localTime(after, timeZone).date;
  for (let ahead = 0; ahead < MOST_DAYS_AHEAD; ahead += DAYS_AT_ONCE) {
    const dates = datesFrom(from, DAYS_AT_ONCE + 1);
    for (const { date, weekday } of dates.slice(0, DAYS_AT_ONCE)) {
      if (days !== undefined && !days.includes(weekday)) continue;
      if (monthDays !== undefined && !monthDays.includes(Number(date.slice(8)))) continue;
      const run = instantOf(date, time, timeZone);
      if (run > after) return run;
    }
    from = dates.at(-1)?.date ?? from;
  }
  return undefined;
}
