import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import { endOfDate, startOfDate } from '../calendar.ts';
import { Problem } from '../problem.ts';
import { lastDays, type Span } from './days.ts';

const AGE = /^(\d{1,4})([mhdw])$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What people write for the time of a report: `30d`, `12h`, `2w`, a local date, or a moment in ISO form. */
export function isWhen(text: string): boolean {
  if (AGE.test(text)) return true;
  const at = Date.parse(text);
  return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(at) && at >= 0;
}

/**
 * From `since` to `until` on the clock of `timeZone`. Days are local days: `30d` are today and the 29 before, a date
 * begins with its midnight, and as an end is inclusive. Without either: the last 30 days. Throws {@link Problem} for a
 * time that ends before it begins.
 */
export function spanOf(asked: AskedSpan, now: EpochMs, timeZone: string): Span {
  const span = readSpan(asked, now, timeZone);
  if (span.since < span.until) return span;
  throw new Problem('invalid', 'empty_span', 'the time ends before it begins', { where: 'since' });
}

export interface AskedSpan {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

function readSpan({ since = '30d', until }: AskedSpan, now: EpochMs, timeZone: string): Span {
  const end = until === undefined ? undefined : endOf(until, now, timeZone);
  const [, many, unit] = AGE.exec(since) ?? [];
  const days = unit === 'd' ? Number(many) : unit === 'w' ? Number(many) * 7 : undefined;
  if (days !== undefined) {
    const span = lastDays(Math.max(1, days), now, timeZone);
    return { since: span.since, until: end ?? span.until };
  }
  return { since: beginOf(since, now, timeZone), until: end ?? epochMs(now + 1) };
}

function beginOf(text: string, now: EpochMs, timeZone: string): EpochMs {
  const ago = agoOf(text);
  if (ago !== undefined) return epochMs(Math.max(0, now - ago));
  return DATE.test(text) ? startOfDate(text, timeZone) : epochMs(Date.parse(text));
}

function endOf(text: string, now: EpochMs, timeZone: string): EpochMs {
  return DATE.test(text) ? endOfDate(text, timeZone) : beginOf(text, now, timeZone);
}

function agoOf(text: string): number | undefined {
  const [, many, unit = ''] = AGE.exec(text) ?? [];
  const ms = { m: MINUTE_MS, h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS }[unit];
  return many === undefined || ms === undefined ? undefined : Number(many) * ms;
}
