import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { periodStart } from './calendar.ts';
import type { CampaignSpec } from './manifest/campaign.ts';

const DAY_MS = 86_400_000;

/** Messages a campaign would push: so many a day, and once, at a time, to so many. */
export interface Wanted {
  readonly perDay: number;
  readonly once: number;
  readonly onceAt: EpochMs;
  /** No more than so many in all. */
  readonly atMost: number;
}

/**
 * How many of them a budget lets through, by days or months of the calendar: of the first there is only what is `left`,
 * each later one begins anew. `outAt`: when one of them is used up first.
 */
export function budgeted(
  wanted: Wanted,
  budget: NonNullable<CampaignSpec['limits']['messages']>,
  left: number,
  { from, until, timeZone }: { readonly from: EpochMs; readonly until: EpochMs; readonly timeZone: string },
): { readonly pushes: number; readonly outAt?: EpochMs } {
  let pushes = 0;
  let outAt: EpochMs | undefined;
  for (let start = from, most = left; start < until; most = budget.max) {
    const end = epochMs(Math.min(until, nextPeriod(start, budget.per, timeZone)));
    const isDue = wanted.onceAt >= start && wanted.onceAt < end;
    const once = isDue ? wanted.once : 0;
    const asked = Math.min((wanted.perDay * (end - start)) / DAY_MS + once, wanted.atMost - pushes);
    if (asked > most) outAt ??= usedUpAt(most - once, wanted.perDay, { start, dueAt: isDue ? wanted.onceAt : start });
    pushes += Math.min(asked, most);
    start = end;
  }
  return { pushes, ...(outAt !== undefined && { outAt }) };
}

/** When all is used up of which `most` are left for what goes out day by day, beside what goes out at once at `dueAt`. */
export function usedUpAt(
  most: number,
  perDay: number,
  { start, dueAt }: { readonly start: EpochMs; readonly dueAt: EpochMs },
): EpochMs {
  return most <= 0 || perDay === 0 ? dueAt : epochMs(Math.round(start + (most / perDay) * DAY_MS));
}

/** From the start of a day or month so far, it is the next one, however long they are. */
const INTO_NEXT_MS = { day: 1.5 * DAY_MS, month: 32 * DAY_MS };

const nextPeriod = (at: EpochMs, per: 'day' | 'month', timeZone: string): EpochMs =>
  periodStart(epochMs(periodStart(at, per, timeZone) + INTO_NEXT_MS[per]), per, timeZone);
