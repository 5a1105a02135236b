import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import { datesFrom, endOfDate, localTime, startOfDate } from '../calendar.ts';

/**
 * How a database sorts moments into local days without a calendar: it divides. Where no zone's clock is changed within
 * the span and all agree, one slot is one day; else a quarter of an hour, of which every zone's days are made.
 */
export interface Grid {
  /** `slot = floor((at + offsetMs) / sizeMs)` */
  readonly sizeMs: number;
  readonly offsetMs: number;
}

const DAY_MS = 86_400_000;
const QUARTER: Grid = { sizeMs: 900_000, offsetMs: 0 };

export interface Span {
  /** Inclusive. */
  readonly since: EpochMs;
  /** Exclusive. */
  readonly until: EpochMs;
}

export function gridFor({ since, until }: Span, timeZones: readonly string[]): Grid {
  const offsets = new Set(timeZones.flatMap((timeZone) => offsetsIn(since, until, timeZone)));
  const [offsetMs, another] = offsets;
  return offsetMs === undefined || another !== undefined ? QUARTER : { sizeMs: DAY_MS, offsetMs };
}

/** Every offset from UTC a zone's days begin with between two moments, and at both ends. */
function offsetsIn(since: EpochMs, until: EpochMs, timeZone: string): number[] {
  const days = datesOf({ since, until }, timeZone).map((date) => offsetAt(startOfDate(date, timeZone), timeZone));
  return [offsetAt(since, timeZone), ...days, offsetAt(epochMs(until - 1), timeZone)];
}

function offsetAt(at: EpochMs, timeZone: string): number {
  const { date, minute } = localTime(at, timeZone);
  return Date.parse(`${date}T00:00:00Z`) + minute * 60_000 - Math.floor(at / 60_000) * 60_000;
}

/** The local date a slot lies in. */
export const dateOfSlot = (slot: number, { sizeMs, offsetMs }: Grid, timeZone: string): string =>
  localTime(epochMs(slot * sizeMs - offsetMs), timeZone).date;

/** Every local date a span touches. */
export function datesOf({ since, until }: Span, timeZone: string): string[] {
  if (until <= since) return [];
  const first = localTime(since, timeZone).date;
  const count = Math.round((startOfDay(epochMs(until - 1), timeZone) - startOfDay(since, timeZone)) / DAY_MS) + 1;
  return datesFrom(first, count).map(({ date }) => date);
}

const startOfDay = (at: EpochMs, timeZone: string): number => Date.parse(`${localTime(at, timeZone).date}T00:00:00Z`);

/** The last `days` local days, today included. */
export function lastDays(days: number, now: EpochMs, timeZone: string): Span {
  const today = localTime(now, timeZone).date;
  const first = new Date(Date.parse(`${today}T00:00:00Z`) - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  return { since: startOfDate(first, timeZone), until: endOfDate(today, timeZone) };
}
