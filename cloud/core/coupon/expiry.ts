import type { EpochMs } from '../../../protocol/units.ts';
import { endOfDate, expiryAfter } from '../calendar.ts';
import type { Expires } from '../manifest/offer.ts';

/** First instant at which a coupon issued at `issuedAt` is no longer good; local days in `timeZone` are whole. */
export const couponExpiry = (expires: Expires, issuedAt: EpochMs, timeZone: string): EpochMs =>
  'on' in expires ? endOfDate(expires.on, timeZone) : expiryAfter(issuedAt, expires.after, timeZone);
