import { z } from 'zod';
import { ROLLBACK_REASONS, TENDERS } from '../../core/till/types.ts';
import { CouponState, CouponValue, Money, Place, Time } from './common.ts';
import { A_COUPON, A_REDEMPTION, A_REFUND, AN_UNUSABLE_COUPON } from './till-examples.ts';
import { COUPON_REFUSALS, tillError } from './till-refusals.ts';

/** What tills are answered where it went well. */

const Coupon = z
  .object({
    id: z.string(),
    state: CouponState,
    value: CouponValue,
    valueText: z.string().describe('`value` in words, in the language asked for'),
    campaign: z.object({ id: z.string(), name: z.string() }),
    issuedAt: Time,
    expiresAt: Time.describe('the first millisecond it is not good any more'),
    timeZone: z.string(),
    validUntilText: z.string().describe('the last moment it is good, in words'),
    redeemableAt: z.array(Place),
  })
  .meta({ title: 'Coupon' });
const Discount = Money.describe('what the coupon takes off; absent where that is for the cashier to know');

export const CheckAnswer = z
  .union([
    z.object({ coupon: Coupon, usable: z.literal(true), discount: Discount.optional() }),
    z.object({ coupon: Coupon, usable: z.literal(false), why: z.union(COUPON_REFUSALS.map(tillError)) }),
  ])
  .meta({
    examples: [{ coupon: A_COUPON, usable: true, discount: { minor: 2_000, currency: 'TWD' } }, AN_UNUSABLE_COUPON],
  });

export const LockAnswer = z.object({ lock: z.string(), until: Time, coupon: Coupon });

export const UnlockAnswer = z.object({ unlocked: z.boolean().describe('false: it had been let go, or had run out') });

const Linked = z.object({
  kind: z.enum(['phone', 'pos_card']),
  result: z.enum(['linked', 'already', 'link_conflict', 'consent_missing', 'no_member']),
});

export const RedeemAnswer = z
  .object({
    redemption: z.string().describe('by this it is taken back'),
    redeemedAt: Time,
    channel: Place,
    coupon: Coupon,
    discount: Discount.optional(),
    sale: z.object({ id: z.string(), transaction: z.string() }).optional(),
    identities: z.array(Linked).describe('what became of phone and card; none of it keeps the coupon from being used'),
  })
  .meta({ examples: [A_REDEMPTION] });

export const RollbackAnswer = z.object({
  rollback: z.string(),
  of: z.string().describe('the redemption that was taken back'),
  rolledBackAt: Time,
  coupon: Coupon,
  sale: z
    .object({
      id: z.string(),
      state: z
        .enum(['voided', 'refunded', 'kept'])
        .describe('kept: the till recorded the sale itself, or another coupon stands on it'),
    })
    .optional(),
});

export const RedemptionsAnswer = z.object({
  channel: Place,
  since: Time,
  until: Time,
  redemptions: z.array(
    z.object({
      redemption: z.string(),
      at: Time,
      coupon: z.string(),
      campaign: z.object({ id: z.string(), name: z.string() }),
      value: CouponValue,
      valueText: z.string(),
      order: z.string().optional(),
      staff: z.string().optional(),
      tender: z.enum(TENDERS).optional(),
      amount: Money.optional(),
      discount: Money.optional(),
      rolledBack: z.object({ at: Time, reason: z.enum(ROLLBACK_REASONS), rollback: z.string() }).optional(),
      canUndoUntil: Time.optional(),
    }),
  ),
  next: z.string().optional().describe('there are more: ask again with `before` set to this'),
});

const SaleFields = {
  sale: z.string(),
  transaction: z.string(),
  repeated: z.literal(true).optional().describe('this sale was known, and nothing was changed'),
  member: z.enum(['bound', 'unknown', 'none']).optional().describe('whether we know who bought; absent of a repeat'),
  attribution: z
    .object({
      rule: z.enum(['redemption', 'visit', 'unattributed']),
      why: z.string().optional(),
      visit: z.string().optional(),
      redemption: z.string().optional(),
      campaign: z.string().optional(),
    })
    .describe('what the sale is credited to'),
};

export const SaleAnswer = z.object(SaleFields);

const Index = z.int().describe('position in the request, from 0');

export const SalesAnswer = z.object({
  sales: z.array(
    z.union([
      z.object({ index: Index, ...SaleFields }),
      z.object({
        index: Index,
        error: z
          .looseObject({ code: z.string(), message: z.string(), remedy: z.string() })
          .describe('as a sale that comes alone is refused'),
      }),
    ]),
  ),
});

export const RefundAnswer = z
  .object({
    refund: z.string(),
    sale: z.string(),
    transaction: z.string(),
    refunded: Money.describe('in all, this time included'),
    left: Money,
  })
  .meta({ examples: [A_REFUND] });
