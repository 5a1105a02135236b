import { Temporal } from 'temporal-polyfill';
import { type EpochMs, epochMs } from '../../protocol/units.ts';

/** Calendar arithmetic in a shop's own zone. Everything else in Pharos is UTC milliseconds. */

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Minutes after local midnight; `to` may be 1440 (24:00) and may lie before `from` (open past midnight). */
export interface DailyHours {
  readonly from: number;
  readonly to: number;
}

export interface LocalTime {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly weekday: Weekday;
  /** Minutes after local midnight, 0…1439. */
  readonly minute: number;
}

const zoned = (at: EpochMs, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

export function localTime(at: EpochMs, timeZone: string): LocalTime {
  const local = zoned(at, timeZone);
  return {
    date: local.toPlainDate().toString(),
    weekday: WEEKDAYS[local.dayOfWeek - 1] as Weekday,
    minute: local.hour * 60 + local.minute,
  };
}

/** Whether the daily window is open at a local minute; the end is exclusive. */
export const withinHours = ({ from, to }: DailyHours, minute: number): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

/** When the daily window that is open at `at` closes, or `undefined` if it never does (00:00-24:00). */
export function closingTime(at: EpochMs, timeZone: string, hours: DailyHours): EpochMs | undefined {
  if (hours.from === 0 && hours.to === 1440) return undefined;
  const local = zoned(at, timeZone);
  const minute = local.hour * 60 + local.minute;
  const daysAhead = hours.to <= minute ? 1 : 0;
  const end = local
    .toPlainDate()
    .add({ days: daysAhead + Math.floor(hours.to / 1440) })
    .toPlainDateTime({ hour: Math.floor((hours.to % 1440) / 60), minute: hours.to % 60 });
  const { epochMilliseconds } = end.toZonedDateTime(timeZone);
  // Where clocks go back the closing minute comes twice; the first may already be over.
  return epochMs(
    epochMilliseconds > at
      ? epochMilliseconds
      : end.toZonedDateTime(timeZone, { disambiguation: 'later' }).epochMilliseconds,
  );
}

/** First instant after the local `date` (inclusive end dates are people's way; instants end exclusively). */
export const endOfDate = (date: string, timeZone: string): EpochMs =>
  epochMs(Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds);

export const startOfDate = (date: string, timeZone: string): EpochMs =>
  epochMs(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds);

/**
 * The end of a right that lasts `duration` from `at`: durations of whole days end at the close of a local day,
 * so that "seven days" means the same to the person at the till whatever hour the coupon was issued.
 */
export function expiryAfter(at: EpochMs, duration: string, timeZone: string): EpochMs {
  const span = Temporal.Duration.from(duration);
  const local = zoned(at, timeZone);
  if (span.hours === 0 && span.minutes === 0 && span.seconds === 0) {
    return endOfDate(local.toPlainDate().add(span).toString(), timeZone);
  }
  return epochMs(local.add(span).epochMilliseconds);
}

/** `at` minus `duration` in the zone's calendar: the start of a rolling window. */
export const windowStart = (at: EpochMs, duration: string, timeZone: string): EpochMs =>
  epochMs(zoned(at, timeZone).subtract(Temporal.Duration.from(duration)).epochMilliseconds);

/** Name of the calendar period `at` falls into: `2026-12-31`, `2026-12`. */
export const periodName = (at: EpochMs, unit: 'day' | 'month', timeZone: string): string =>
  localTime(at, timeZone).date.slice(0, unit === 'day' ? 10 : 7);

export const isTimeZone = (name: string): boolean => {
  try {
    zoned(epochMs(0), name);
    return /^[A-Z][A-Za-z_+-]+(\/[A-Za-z0-9_+-]+)*$/.test(name);
  } catch {
    return false;
  }
};

export const isDuration = (text: string): boolean => {
  try {
    return Temporal.Duration.from(text).sign > 0;
  } catch {
    return false;
  }
};

/** Length of a duration in milliseconds; a day has 24 hours, and months and years are as long as from 1970-01-01 on. */
export const durationMs = (text: string): number =>
  Temporal.Duration.from(text).total({ unit: 'milliseconds', relativeTo: '1970-01-01[UTC]' });
