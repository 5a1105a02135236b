import { z } from 'zod';
import { type EpochMs, epochMs } from '../../protocol/units.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DAY_NUMBERS = new Map<string, number>(DAYS.map((name, index) => [name, index]));
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const MINUTE_MS = 60_000;

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** Weekly opening hours on a shop's own clock; hours that end before they begin go on after midnight. */
export const OpeningHours = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, 'use an IANA time zone such as Asia/Taipei or Asia/Tokyo')
    .describe('IANA name, for instance Asia/Taipei'),
  open: z
    .array(
      z.strictObject({
        days: z
          .array(z.enum(DAYS))
          .min(1)
          .default([...DAYS])
          .describe('days on which these hours begin (default: all)'),
        hours: z
          .string()
          .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'hours look like 10:00-21:30')
          .describe('from and until, for instance 10:00-21:30'),
      }),
    )
    .min(1),
});
export type OpeningHours = z.infer<typeof OpeningHours>;

export type OpenState = { readonly at: 'open' } | { readonly at: 'closed'; readonly opensMs: EpochMs };

export interface OpeningClock {
  /** `opensMs` is exact to the minute; in the hours around a change to or from summer time it may be an hour off. */
  stateAt(wall: EpochMs): OpenState;
}

/** Reads a week of hours once, so that asking is cheap enough for every slice. */
export function createOpeningClock({ timeZone, open }: OpeningHours): OpeningClock {
  const isOpen = openMinutes(open);
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });

  /** Minutes since the local Monday began. */
  function minuteOfWeek(wall: number): number {
    const part = new Map(format.formatToParts(wall).map(({ type, value }) => [type, value]));
    const day = DAY_NUMBERS.get(part.get('weekday')?.toLowerCase() ?? '') ?? 0;
    return day * DAY_MINUTES + Number(part.get('hour')) * 60 + Number(part.get('minute'));
  }

  function nextOpening(wall: number, minute: number): number {
    let ahead = 1;
    while (isOpen[(minute + ahead) % WEEK_MINUTES] === 0 && ahead < WEEK_MINUTES) ahead += 1;
    const guess = Math.floor(wall / MINUTE_MS) * MINUTE_MS + ahead * MINUTE_MS;
    // Where the zone changes its offset on the way, the local clock shows something else than counted: go back or on by that.
    const missed = (minute + ahead - minuteOfWeek(guess) + WEEK_MINUTES * 1.5) % WEEK_MINUTES;
    return guess + (missed - WEEK_MINUTES / 2) * MINUTE_MS;
  }

  return {
    stateAt(wall) {
      const minute = minuteOfWeek(wall);
      if (isOpen[minute] === 1) return { at: 'open' };
      return { at: 'closed', opensMs: epochMs(nextOpening(wall, minute)) };
    },
  };
}

/** One flag for each minute of a week. */
function openMinutes(open: OpeningHours['open']): Uint8Array {
  const flags = new Uint8Array(WEEK_MINUTES);
  for (const { days, hours } of open) {
    const [from = 0, until = 0] = hours.split('-').map((time) => {
      const [hour = 0, minute = 0] = time.split(':').map(Number);
      return hour * 60 + minute;
    });
    const length = until > from ? until - from : until - from + DAY_MINUTES;
    for (const day of days) {
      const start = DAYS.indexOf(day) * DAY_MINUTES + from;
      for (let minute = start; minute < start + length; minute += 1) flags[minute % WEEK_MINUTES] = 1;
    }
  }
  return flags;
}
