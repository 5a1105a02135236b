import { accept, type Result } from '../../../protocol/result.ts';
import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import { type CouponInput, type CouponLife, stepCoupon } from '../coupon/step.ts';
import type { CouponRefusal } from './refusal.ts';
import type { CouponFacts, Place } from './types.ts';

/** Clocks of several servers differ by less than this. */
const CLOCKS_DIFFER_MS = 60_000;

/** Names a channel in a coupon's life. */
export const channelKey = ({ kind, id }: Pick<Place, 'kind' | 'id'>): string => `${kind}:${id}`;

/** Where a coupon was redeemed, for whoever scans it again. */
export interface Redeemed {
  readonly at: EpochMs;
  readonly place: Place;
}

type Used = { readonly ok: true; readonly life: CouponLife } | { readonly ok: false; readonly refusal: CouponRefusal };

/**
 * What locking or redeeming does to a coupon at a place. What is over is said before the place is: that it would be good
 * elsewhere helps nobody then.
 */
export function judgeUse(
  coupon: CouponFacts,
  life: CouponLife,
  redeemed: Redeemed | undefined,
  place: Pick<Place, 'kind' | 'id'>,
  input: Extract<CouponInput, { type: 'lock' | 'redeem' }>,
): Used {
  const { expiresAt, issuedAt, terms } = coupon;
  const stepped = stepCoupon(life, expiresAt, input);
  const isOpen = stepped.ok || stepped.reject.code === 'locked-elsewhere';
  if (isOpen && !terms.redeemableAt.some(({ kind, id }) => kind === place.kind && id === place.id))
    return no({ code: 'wrong_place', validAt: terms.redeemableAt });
  if (isOpen && input.now < issuedAt - CLOCKS_DIFFER_MS)
    return no({ code: 'coupon_not_yet_valid', validFrom: issuedAt });
  if (stepped.ok) return { ok: true, life: stepped.value };
  switch (stepped.reject.code) {
    case 'already-redeemed':
      if (redeemed === undefined) throw new Error(`${coupon.id} is redeemed, and nobody knows where`);
      return no({ code: 'already_redeemed', at: redeemed.at, place: redeemed.place });
    case 'locked-elsewhere':
      return no({ code: 'coupon_locked', until: life.at === 'locked' ? life.until : epochMs(0) });
    case 'coupon-revoked':
      return no({ code: 'coupon_revoked' });
    default:
      return no({ code: 'coupon_expired', expiredAt: expiresAt });
  }
}

const no = (refusal: CouponRefusal): Used => ({ ok: false, refusal });

/** What a rollback leaves a redeemed coupon as. */
export function afterRollback(life: CouponLife, expiresAt: EpochMs, now: EpochMs): Result<CouponLife> {
  if (life.at !== 'redeemed') return accept(life);
  return stepCoupon(life, expiresAt, { type: 'rollback', now, by: life.by });
}
