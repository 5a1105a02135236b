import { z } from 'zod';
import { type DailyHours, durationMs, isDuration, isTimeZone, WEEKDAYS } from '../calendar.ts';
import { says } from './says.ts';

/** Fields shared by all manifests. Messages are written for the person who typed the file. */

export const SlugField = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'use 1 to 64 of a-z, 0-9 and "-", e.g. taipei-1');

/** An id, or an id with one trailing `*`: `taipei-*`. */
export const PatternField = z
  .string()
  .regex(/^(\*|[a-z0-9][a-z0-9-]{0,62}\*?)$/, 'an id, or a prefix ending in "*", e.g. taipei-*');

export const matchesPattern = (pattern: string, id: string): boolean =>
  pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id;

export const TimeZoneField = z.string().refine(isTimeZone, 'a time zone is an IANA name, e.g. Asia/Taipei');

/** Longer ones lead to dates that no calendar knows. */
const MOST_DURATION_MS = 100 * 366 * 86_400_000;

export const isShortEnough = (duration: string): boolean => {
  try {
    return durationMs(duration) <= MOST_DURATION_MS;
  } catch {
    return !isDuration(duration);
  }
};
export const TOO_LONG = 'a duration is at most a hundred years';

export const DurationField = z
  .string()
  .refine(isDuration, 'a duration is ISO 8601, e.g. PT30M, P7D')
  .refine(isShortEnough, TOO_LONG);

export const DateField = z.iso.date({
  error: ({ input }) =>
    /^\d{4}-\d{2}-\d{2}$/.test(String(input)) ? 'there is no such day' : 'a date looks like 2026-12-31',
});

export const WeekdaysField = z.array(z.enum(WEEKDAYS)).min(1);

/** `09:30` as minutes after local midnight. */
export const TimeField = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time looks like 09:30')
  .transform((text) => minutes(text));

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** `11:00-20:00`; `22:00-02:00` runs past midnight; `00:00-24:00` is always. */
export const HoursField = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'hours look like 11:00-20:00')
  .transform((text): DailyHours => {
    const [from = '', to = ''] = text.split('-');
    return { from: minutes(from), to: minutes(to) };
  })
  .refine(({ from, to }) => from !== to, 'hours must not be empty; for all day write 00:00-24:00');

export const MetadataField = z.strictObject({
  id: SlugField.meta(says('what other files call it; never change it', '其他檔案用來指稱它的名稱，請勿更改')),
  name: z.string().min(1).max(100).optional().meta(says('what people read', '顯示給人看的名稱')),
});

export const API_VERSION = 'pharos/v1';

export const header = <Kind extends string>(kind: Kind) => ({
  apiVersion: z
    .literal(API_VERSION, `write apiVersion: ${API_VERSION}`)
    .meta(says('version of the file format', '檔案格式版本')),
  kind: z.literal(kind).meta(says('what the document describes', '文件的種類')),
  metadata: MetadataField.meta(says('how it is called', '名稱')),
});
