import { z } from 'zod';
import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import { startOfDate } from '../calendar.ts';

/** Days as spreadsheets write them: `2026-01-05`, `2026/1/5`, `2026.1.5`, `2026年1月5日`, `民國115年1月5日`. */
const DAY = /^(民國)?\s*(\d{2,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0?0:00(?::00)?)?$/;
/** Year 1 of the Republic. */
const REPUBLIC = 1911;

/** `2026-01-05`, or `undefined` for what is no day. Two figures for a year could be of either century, and are none. */
export function readDay(text: string): string | undefined {
  const [, republic, year = '', month = '', day = ''] = DAY.exec(text.normalize('NFKC').trim()) ?? [];
  if (republic === undefined && year.length !== 4) return undefined;
  const full = republic === undefined ? year : String(Number(year) + REPUBLIC);
  const date = z.iso.date().safeParse(`${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  return date.success ? date.data : undefined;
}

/** `1990-04-01`; of those who keep the year to themselves `--04-01`, which `4/1` and `4月1日` are as well. */
export function readBirthday(text: string): string | undefined {
  const day = readDay(text);
  if (day !== undefined) return day >= EARLIEST ? day : undefined;
  const [, month = '', dayOfMonth = ''] =
    /^(?:--)?(\d{1,2})\s*[-/月]\s*(\d{1,2})\s*日?$/.exec(text.normalize('NFKC').trim()) ?? [];
  // A leap year, for those born on the 29th of February.
  const date = z.iso.date().safeParse(`2000-${month.padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`);
  return date.success ? `-${date.data.slice(4)}` : undefined;
}

const EARLIEST = '1900-01-01';

/** A moment in ISO form, or the beginning of a day in `timeZone`. */
export function readMoment(text: string, timeZone: string): EpochMs | undefined {
  const moment = z.iso.datetime({ offset: true }).safeParse(text.trim());
  if (moment.success) return epochMs(Date.parse(moment.data));
  const day = readDay(text);
  return day === undefined ? undefined : startOfDate(day, timeZone);
}
