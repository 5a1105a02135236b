import { z } from 'zod';
import { DateField, DurationField, PatternField } from './fields.ts';

/** What a campaign gives. */

const CouponValueField = z.union([
  z.strictObject({ percent: z.int().min(1).max(100) }),
  z.strictObject({ amount: z.int().positive(), currency: z.string().regex(/^[A-Z]{3}$/, 'a currency looks like TWD') }),
  z.strictObject({ item: z.string().min(1).max(100) }),
  z.strictObject({ free: z.string().min(1).max(100) }),
  z.strictObject({ text: z.string().min(1).max(100) }),
]);
export type CouponValue = z.infer<typeof CouponValueField>;

/** Both end with a local day: `after` counted from the issue, `on` is the last day it can be used. */
const ExpiresField = z.union([z.strictObject({ after: DurationField }), z.strictObject({ on: DateField })]);
export type Expires = z.infer<typeof ExpiresField>;

export const CouponField = z.strictObject({
  value: CouponValueField,
  expires: ExpiresField.default({ after: 'P7D' }),
  /** Patterns of channels: stores and web shops. */
  redeemableAt: z.array(PatternField).min(1),
  /** Acknowledges that a store which gives it out does not take it. */
  redeemElsewhere: z.literal(true).optional(),
  code: z.strictObject({ format: z.enum(['code128', 'qr']) }).default({ format: 'code128' }),
});
