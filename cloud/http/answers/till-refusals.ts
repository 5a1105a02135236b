import { z } from 'zod';
import type { TillRefusal, TillRefusalCode } from '../../core/till/refusal.ts';
import type { Refusals } from '../route.ts';
import { Money, Place, Time } from './common.ts';

type Facts<Code extends TillRefusalCode> = Readonly<
  Record<Exclude<keyof Extract<TillRefusal, { code: Code }>, 'code'>, z.ZodType>
>;

const Seconds = z.int().describe('also in the header Retry-After');
const Told = { at: Time, atText: z.string().describe('`at` in words, in the shop’s zone') };

/** What stands beside the code of each refusal, for programs. */
const FACTS: { readonly [Code in TillRefusalCode]: Facts<Code> } = {
  mistyped: {},
  not_a_code: {},
  signed_code: {},
  unknown_code: {},
  too_many_guesses: { until: Time, retryAfterSeconds: Seconds },
  too_many_requests: { retryAfterSeconds: Seconds },
  coupon_expired: { expiredAt: Time },
  coupon_not_yet_valid: { validFrom: Time },
  coupon_revoked: {},
  coupon_locked: { until: Time },
  already_redeemed: { ...Told, place: Place },
  wrong_place: { validAt: z.array(Place) },
  lock_lost: {},
  unknown_redemption: {},
  already_rolled_back: Told,
  too_late_to_undo: { until: Time },
  bad_phone: { where: z.literal('phone') },
  bad_card: { where: z.literal('card') },
  unknown_sale: {},
  transaction_differs: {},
  nothing_left_to_refund: { left: Money },
  more_than_left: { left: Money },
  idempotency_key_reused: {},
};

const STATUS: Readonly<Partial<Record<TillRefusalCode, number>>> = {
  mistyped: 422,
  not_a_code: 422,
  signed_code: 422,
  bad_phone: 422,
  bad_card: 422,
  idempotency_key_reused: 422,
  unknown_code: 404,
  unknown_redemption: 404,
  unknown_sale: 404,
  too_many_guesses: 429,
  too_many_requests: 429,
};

/** The HTTP status of a refusal; 409 where nothing else is said. */
export const statusOf = (code: TillRefusalCode): number => STATUS[code] ?? 409;

/** A refusal as a till is told of it: what the cashier reads, and facts. */
export const tillError = (code: TillRefusalCode) =>
  z.object({ code: z.literal(code), message: z.string(), remedy: z.string(), ...FACTS[code] });

/** Refusals of a route, by status, together with those every route of a till has. */
export function tillRefusals(codes: readonly TillRefusalCode[], keyed = true): Refusals {
  const byStatus: Record<number, (string | z.ZodType)[]> = {
    403: ['not_your_channel'],
    404: ['unknown_channel'],
    422: ['channel_missing', ...(keyed ? ['idempotency_key_missing'] : [])],
  };
  for (const code of [...codes, ...(keyed ? (['idempotency_key_reused'] as const) : [])])
    byStatus[statusOf(code)] = [...(byStatus[statusOf(code)] ?? []), tillError(code)];
  return byStatus;
}

/** Why a coupon that is there cannot be used here and now. */
export const COUPON_REFUSALS = [
  'coupon_expired',
  'coupon_not_yet_valid',
  'coupon_revoked',
  'coupon_locked',
  'already_redeemed',
  'wrong_place',
] as const satisfies readonly TillRefusalCode[];

/** Of everything that takes a code. */
export const CODE_REFUSALS = [
  ...(['mistyped', 'not_a_code', 'signed_code', 'unknown_code'] as const),
  ...(['too_many_guesses', 'too_many_requests'] as const),
] as const satisfies readonly TillRefusalCode[];
