import type { EpochMs } from '../../../protocol/units.ts';
import type { Money, Place } from './types.ts';

/** Why a till is told no. A refusal changes nothing but the count of guesses; its `code` is API, its words in `words.ts`. */
export type TillRefusal =
  | { readonly code: 'mistyped' }
  | { readonly code: 'not_a_code' }
  | { readonly code: 'signed_code' }
  | { readonly code: 'unknown_code' }
  | { readonly code: 'too_many_guesses'; readonly until: EpochMs; readonly retryAfterSeconds: number }
  | { readonly code: 'too_many_requests'; readonly retryAfterSeconds: number }
  | CouponRefusal
  | { readonly code: 'lock_lost' }
  | { readonly code: 'unknown_redemption' }
  | { readonly code: 'already_rolled_back'; readonly at: EpochMs }
  | { readonly code: 'too_late_to_undo'; readonly until: EpochMs }
  | { readonly code: 'bad_phone'; readonly where: 'phone' }
  | { readonly code: 'bad_card'; readonly where: 'card' }
  | { readonly code: 'unknown_sale' }
  | { readonly code: 'transaction_differs' }
  | { readonly code: 'nothing_left_to_refund'; readonly left: Money }
  | { readonly code: 'more_than_left'; readonly left: Money }
  | { readonly code: 'idempotency_key_reused' };

/** Why a coupon that is there cannot be used here and now. */
export type CouponRefusal =
  | { readonly code: 'coupon_expired'; readonly expiredAt: EpochMs }
  | { readonly code: 'coupon_not_yet_valid'; readonly validFrom: EpochMs }
  | { readonly code: 'coupon_revoked' }
  | { readonly code: 'coupon_locked'; readonly until: EpochMs }
  | { readonly code: 'already_redeemed'; readonly at: EpochMs; readonly place: Place }
  | { readonly code: 'wrong_place'; readonly validAt: readonly Place[] };

export type TillRefusalCode = TillRefusal['code'];
