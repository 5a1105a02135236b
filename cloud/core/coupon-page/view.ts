import type { EpochMs } from '../../../protocol/units.ts';
import { localTime } from '../calendar.ts';
import type { CouponState } from '../coupon/coupon.ts';
import type { CouponPlaces } from '../coupon/places.ts';
import { dateText } from '../coupon/valid-until.ts';
import type { CouponValue } from '../manifest/offer.ts';

/** A coupon as its own page tells of it. */
export interface CouponOnPage {
  readonly state: CouponState;
  readonly campaign: string;
  readonly value: CouponValue;
  /** As kept, without separators. */
  readonly code: string;
  readonly format: 'code128' | 'qr';
  /** The shop that gave it; absent where none did. */
  readonly store?: string;
  /** Exclusive. */
  readonly expiresAt: EpochMs;
  readonly timeZone: string;
  readonly places: CouponPlaces;
  readonly used?: { readonly at: EpochMs; readonly place: string };
}

export type PageState = 'usable' | 'used' | 'expired' | 'revoked';

/** What it is good for at `now`; time runs out without anybody writing it down. */
export function pageState({ state, expiresAt }: Pick<CouponOnPage, 'state' | 'expiresAt'>, now: EpochMs): PageState {
  if (state === 'redeemed') return 'used';
  if (state === 'revoked') return 'revoked';
  return state === 'expired' || now >= expiresAt ? 'expired' : 'usable';
}

/** The last day of a right that ends with one, else the minute it ends. */
export function untilText(expiresAt: EpochMs, timeZone: string, language: string): string {
  const end = localTime(expiresAt, timeZone);
  if (end.minute !== 0) return `${dateText(end.date, language)} ${clock(end.minute)}`;
  return dateText(localTime((expiresAt - 1) as EpochMs, timeZone).date, language);
}

export function momentText(at: EpochMs, timeZone: string, language: string): string {
  const { date, minute } = localTime(at, timeZone);
  return `${dateText(date, language)} ${clock(minute)}`;
}

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
