import type { EpochMs } from '../../../protocol/units.ts';
import { periodName } from '../calendar.ts';

/** What is known of the messages LINE counts: its own last figure, and what was pushed since. */
export interface KnownQuota {
  /** As {@link quotaMonth} has it. */
  readonly month: string;
  /** Absent: the plan has no limit. */
  readonly most?: number;
  readonly used: number;
}

/** The month LINE counts in, which begins at midnight in Japan. */
export const quotaMonth = (at: EpochMs): string => periodName(at, 'month', 'Asia/Tokyo');

/**
 * How many more may be pushed this month with `waiting` of them on their way; `undefined` where nothing limits them or
 * nothing is known. A new month begins at nothing until LINE tells.
 */
export function quotaLeft(known: KnownQuota | undefined, waiting: number, now: EpochMs): number | undefined {
  if (known?.most === undefined) return undefined;
  const used = known.month === quotaMonth(now) ? known.used : 0;
  return Math.max(0, known.most - used - waiting);
}
