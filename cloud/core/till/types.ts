import type { EpochMs } from '../../../protocol/units.ts';
import type { CouponValue } from '../manifest/offer.ts';

/** Where coupons are redeemed and things are sold: a store, or a shop without a door. */
export interface Place {
  readonly kind: 'store' | 'web-shop';
  readonly id: string;
  readonly name: string;
}

export interface Channel extends Place {
  readonly timeZone: string;
  /** How long after a visit's end a sale is credited to it; absent in a web shop, where the visited store says so. */
  readonly creditVisitsForMs?: number;
}

/** Who stands at the till: its token and the channel it acts for. */
export interface Till {
  readonly tokenId: string;
  readonly tokenName: string;
  readonly channel: Channel;
}

/** Minor units of a currency, as on a bank statement: 1980 TWD is NT$19.80. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

export const TENDERS = ['cash', 'card', 'mobile', 'voucher', 'transfer', 'other'] as const;
export type Tender = (typeof TENDERS)[number];

/** Why a redemption is taken back: the cashier's mistake, a sale that did not happen, goods that came back. */
export const ROLLBACK_REASONS = ['undo', 'void', 'refund'] as const;
export type RollbackReason = (typeof ROLLBACK_REASONS)[number];

/** A mistake is noticed while the customer still stands there. */
export const UNDO_WITHIN_MS = 15 * 60_000;

/** Long enough to ring up a basket, short enough that a till that died does not keep a customer waiting. */
export const LOCK_FOR_MS = 120_000;

/** What a coupon gives and where, as its campaign version says. */
export interface CouponTerms {
  readonly campaignName: string;
  readonly value: CouponValue;
  /** The channels that take it, of those there are. */
  readonly redeemableAt: readonly Place[];
}

export interface CouponFacts {
  readonly id: string;
  readonly campaignId: string;
  readonly issuedAt: EpochMs;
  /** Exclusive. */
  readonly expiresAt: EpochMs;
  /** In whose days it ends. */
  readonly timeZone: string;
  readonly terms: CouponTerms;
}
