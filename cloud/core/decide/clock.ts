import type { StoreId } from '../../../protocol/ids.ts';
import type { DailyHours } from '../calendar.ts';
import type { Candidate, Place } from './types.ts';

/** The calendar and opening hours a campaign is judged by. */
export interface WallClock {
  readonly timeZone: string;
  /** Absent where no store is concerned, so that nothing opens or closes. */
  readonly hours?: DailyHours;
}

/**
 * Whose clock counts: that of the store where it happened, else of the campaign's home store, else the campaign's own
 * time zone. A manifest has one of them; UTC stands in only for campaigns stored before that was asked for.
 */
export function clockOf({ spec, home }: Candidate, place: Place | undefined): WallClock {
  return place ?? home ?? { timeZone: spec.timeZone ?? 'UTC' };
}

/** The store a message is counted for and a coupon issued by; absent where there is none. */
export const storeOf = ({ home }: Candidate, place: Place | undefined): StoreId | undefined => (place ?? home)?.storeId;
