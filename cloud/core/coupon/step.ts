import { accept, type Result, reject, unreachable } from '../../../protocol/result.ts';
import type { EpochMs } from '../../../protocol/units.ts';

/**
 * The life of one coupon.
 *
 *              ┌──────── rollback, lock runs out ────────┐
 *              ▼                                         │
 *   issued ──lock──► locked ──redeem──► redeemed ──rollback──► issued, or expired where its time is over
 *     │ └────────────redeem───────────────▲
 *     ├──expire──► expired      (from locked too, once the lock ran out)
 *     └──revoke──► revoked      (never shown to anyone, or taken back)
 *
 * Invariants: at most one redemption stands at any time; only the till that locked or redeemed it, by its key, can
 * finish or undo that; repeating an input with its key changes nothing and succeeds; expired and revoked are the end.
 */
export type CouponLife =
  | { readonly at: 'issued' }
  | { readonly at: 'locked'; readonly by: Use; readonly until: EpochMs }
  | { readonly at: 'redeemed'; readonly by: Use; readonly redeemedAt: EpochMs }
  | { readonly at: 'expired' }
  | { readonly at: 'revoked' };

/** Who uses it: a channel and the idempotency key of its till. */
export interface Use {
  readonly channel: string;
  readonly key: string;
}

export type CouponInput =
  | { readonly type: 'lock'; readonly now: EpochMs; readonly by: Use; readonly until: EpochMs }
  | { readonly type: 'redeem'; readonly now: EpochMs; readonly by: Use }
  | { readonly type: 'rollback'; readonly now: EpochMs; readonly by: Use }
  | { readonly type: 'expire'; readonly now: EpochMs }
  | { readonly type: 'revoke'; readonly now: EpochMs };

export type CouponRejectCode =
  | 'already-redeemed'
  | 'locked-elsewhere'
  | 'coupon-expired'
  | 'coupon-revoked'
  | 'not-yet-expired'
  | 'nothing-to-undo';

/** What an input does to a coupon good until `expiresAt` (exclusive). A reject leaves it as it is. */
export function stepCoupon(
  life: CouponLife,
  expiresAt: EpochMs,
  input: CouponInput,
): Result<CouponLife, CouponRejectCode> {
  const coupon = unlocked(life, input);
  switch (coupon.at) {
    case 'expired':
      return input.type === 'expire' ? accept(coupon) : reject('coupon-expired', 'its time is over');
    case 'revoked':
      return input.type === 'revoke' ? accept(coupon) : reject('coupon-revoked', 'it was taken back');
    case 'redeemed':
      return stepRedeemed(coupon, expiresAt, input);
    case 'issued':
    case 'locked':
      return stepOpen(coupon, expiresAt, input);
    default:
      return unreachable(coupon);
  }
}

/** A lock that ran out is none. */
const unlocked = (life: CouponLife, { now }: CouponInput): CouponLife =>
  life.at === 'locked' && now >= life.until ? { at: 'issued' } : life;

function stepOpen(
  coupon: Extract<CouponLife, { at: 'issued' | 'locked' }>,
  expiresAt: EpochMs,
  input: CouponInput,
): Result<CouponLife, CouponRejectCode> {
  const mine = coupon.at === 'locked' && 'by' in input && isSame(coupon.by, input.by);
  const elsewhere = coupon.at === 'locked' && !mine;
  switch (input.type) {
    case 'lock':
    case 'redeem':
      if (elsewhere) return reject('locked-elsewhere', `${coupon.by.channel} is about to redeem it`);
      // Who locked it in time may finish, even over the last minute.
      if (input.now >= expiresAt && !mine) return reject('coupon-expired', 'its time is over');
      return accept(
        input.type === 'lock'
          ? { at: 'locked', by: input.by, until: input.until }
          : { at: 'redeemed', by: input.by, redeemedAt: input.now },
      );
    case 'rollback':
      return mine ? accept({ at: 'issued' }) : reject('nothing-to-undo', 'this till holds no lock on it');
    case 'expire':
      if (elsewhere) return reject('locked-elsewhere', `${coupon.by.channel} is about to redeem it`);
      return input.now >= expiresAt ? accept({ at: 'expired' }) : reject('not-yet-expired', 'it can still be used');
    case 'revoke':
      return elsewhere
        ? reject('locked-elsewhere', `${coupon.by.channel} is about to redeem it`)
        : accept({ at: 'revoked' });
    default:
      return unreachable(input);
  }
}

function stepRedeemed(
  coupon: Extract<CouponLife, { at: 'redeemed' }>,
  expiresAt: EpochMs,
  input: CouponInput,
): Result<CouponLife, CouponRejectCode> {
  const mine = 'by' in input && isSame(coupon.by, input.by);
  if (mine && input.type === 'rollback') return accept({ at: input.now >= expiresAt ? 'expired' : 'issued' });
  // The till repeats what it got no answer to.
  if (mine && input.type === 'redeem') return accept(coupon);
  if (input.type === 'rollback') return reject('nothing-to-undo', 'this till did not redeem it');
  return reject('already-redeemed', `redeemed at ${coupon.by.channel}`);
}

const isSame = (a: Use, b: Use): boolean => a.channel === b.channel && a.key === b.key;
