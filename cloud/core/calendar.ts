import { Temporal } from 'temporal-polyfill';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { memo } from './memo.ts';

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

/**
 * What a calendar says changes with the minute, and thousands of decisions fall into one: asked for each of them it
 * would cost more than all the gates together (5 to 13 µs a question).
 */
const MINUTE_MS = 60_000;
const REMEMBERED = 10_000;

const minuteOf = (at: EpochMs): number => Math.floor(at / MINUTE_MS);
const minuteAt = (minute: string): EpochMs => epochMs(Number(minute) * MINUTE_MS);

/** The local time of the minute `at` falls into. */
export const localTime = (at: EpochMs, timeZone: string): LocalTime => localMinute(`${minuteOf(at)} ${timeZone}`);

const localMinute = memo(REMEMBERED, (key): LocalTime => {
  const [minute = '', timeZone = ''] = key.split(' ');
  const local = zoned(minuteAt(minute), timeZone);
  return {
    date: local.toPlainDate().toString(),
    weekday: WEEKDAYS[local.dayOfWeek - 1] as Weekday,
    minute: local.hour * 60 + local.minute,
  };
});

/** Whether the daily window is open at a local minute; the end is exclusive. */
export const withinHours = ({ from, to }: DailyHours, minute: number): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

/** When the daily window that is open at `at` closes, or `undefined` if it never does (00:00-24:00). */
export function closingTime(at: EpochMs, timeZone: string, hours: DailyHours): EpochMs | undefined {
  if (hours.from === 0 && hours.to === 1440) return undefined;
  return closingAfter(`${minuteOf(at)} ${timeZone} ${hours.from} ${hours.to}`);
}

const closingAfter = memo(REMEMBERED, (key): EpochMs => {
  const [bucket = '', timeZone = '', from, to] = key.split(' ');
  const at = minuteAt(bucket);
  const hours = { from: Number(from), to: Number(to) };
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
});

/** First instant after the local `date` (inclusive end dates are people's way; instants end exclusively). */
export const endOfDate = (date: string, timeZone: string): EpochMs => dateEnd(`${date} ${timeZone}`);

const dateEnd = memo(REMEMBERED, (key): EpochMs => {
  const [date = '', timeZone = ''] = key.split(' ');
  return epochMs(Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds);
});

export const startOfDate = (date: string, timeZone: string): EpochMs => dateStart(`${date} ${timeZone}`);

const dateStart = memo(REMEMBERED, (key): EpochMs => {
  const [date = '', timeZone = ''] = key.split(' ');
  return epochMs(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds);
});

/**
 * The end of a right that lasts `duration` from `at`: durations of whole days end at the close of a local day,
 * so that "seven days" means the same to the person at the till whatever hour the coupon was issued.
 */
export function expiryAfter(at: EpochMs, duration: string, timeZone: string): EpochMs {
  if (wholeDays(duration)) return dayEndAfter(`${localTime(at, timeZone).date} ${duration} ${timeZone}`);
  return epochMs(zoned(at, timeZone).add(Temporal.Duration.from(duration)).epochMilliseconds);
}

const wholeDays = memo(REMEMBERED, (duration): boolean => {
  const span = Temporal.Duration.from(duration);
  return span.hours === 0 && span.minutes === 0 && span.seconds === 0;
});

const dayEndAfter = memo(REMEMBERED, (key): EpochMs => {
  const [date = '', duration = '', timeZone = ''] = key.split(' ');
  return endOfDate(Temporal.PlainDate.from(date).add(Temporal.Duration.from(duration)).toString(), timeZone);
});

/** `at` minus `duration` in the zone's calendar: the start of a rolling window. */
export const windowStart = (at: EpochMs, duration: string, timeZone: string): EpochMs =>
  startOfWindow(`${at} ${duration} ${timeZone}`);

/** To the millisecond, which all decisions of one batch share. */
const startOfWindow = memo(REMEMBERED, (key): EpochMs => {
  const [at = '', duration = '', timeZone = ''] = key.split(' ');
  return epochMs(zoned(epochMs(Number(at)), timeZone).subtract(Temporal.Duration.from(duration)).epochMilliseconds);
});

export type CalendarUnit = 'day' | 'week' | 'month' | 'year';

const CALENDAR_UNITS: readonly string[] = ['day', 'week', 'month', 'year'] satisfies CalendarUnit[];

/** First instant of the local day, week (from Monday), month or year that `at` falls into. */
export const periodStart = (at: EpochMs, unit: CalendarUnit, timeZone: string): EpochMs =>
  startOfPeriod(`${minuteOf(at)} ${unit} ${timeZone}`);

const startOfPeriod = memo(REMEMBERED, (key): EpochMs => {
  const [bucket = '', unit = 'day', timeZone = ''] = key.split(' ');
  const date = zoned(minuteAt(bucket), timeZone).toPlainDate();
  const first = {
    day: date,
    week: date.subtract({ days: date.dayOfWeek - 1 }),
    month: date.with({ day: 1 }),
    year: date.with({ month: 1, day: 1 }),
  }[unit as CalendarUnit];
  return epochMs(first.toZonedDateTime(timeZone).epochMilliseconds);
});

/**
 * First instant that counts for a cap `per` a calendar period, a rolling duration, or `ever` (no first instant). What
 * happened exactly one duration ago counts no more.
 */
export function capWindowStart(at: EpochMs, per: string, timeZone: string): EpochMs | undefined {
  if (per === 'ever') return undefined;
  if (CALENDAR_UNITS.includes(per)) return periodStart(at, per as CalendarUnit, timeZone);
  return epochMs(windowStart(at, per, timeZone) + 1);
}

/** The instant a local date and minute of the day come; of an hour that comes twice the first, of one left out the next. */
export const instantOf = (date: string, minute: number, timeZone: string): EpochMs =>
  epochMs(
    Temporal.PlainDate.from(date)
      .toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 })
      .toZonedDateTime(timeZone).epochMilliseconds,
  );

/** `2026-12-31` and the days after it, `count` of them. */
export function datesFrom(date: string, count: number): { readonly date: string; readonly weekday: Weekday }[] {
  const first = Temporal.PlainDate.from(date);
  return Array.from({ length: count }, (_, days) => {
    const day = first.add({ days });
    return { date: day.toString(), weekday: WEEKDAYS[day.dayOfWeek - 1] as Weekday };
  });
}

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
export const durationMs = memo(REMEMBERED, (text): number =>
  Temporal.Duration.from(text).total({ unit: 'milliseconds', relativeTo: '1970-01-01[UTC]' }),
);
