import { z } from 'zod';
import { isDuration } from '../calendar.ts';

/** How often something may happen at most. */

/** Calendar periods in the zone of the shop, a week beginning on Monday; or all of time. */
const PERIODS: readonly string[] = ['day', 'week', 'month', 'year', 'ever'];

const CapField = z.strictObject({
  max: z.int().positive(),
  /** `day`: since local midnight; `P1D`: in the last day, rolling; `ever`: in all of time. */
  per: z
    .string()
    .refine(
      (per) => PERIODS.includes(per) || isDuration(per),
      `one of ${PERIODS.join(', ')}, or a duration, e.g. P30D`,
    ),
});
export type Cap = z.infer<typeof CapField>;

/** One cap, or several that must all hold: once a day and three times a month. */
export const CapsField = z.union([CapField, z.array(CapField).min(1)]);

export const LimitsField = z.strictObject({
  /** Of this campaign, to one member. */
  perMember: CapsField.optional(),
  /** Of this campaign, to one member at one store. */
  perMemberStore: CapsField.optional(),
  /** Of this campaign, to everyone together. */
  total: CapsField.optional(),
  stock: z.int().nonnegative().optional(),
  messages: z.strictObject({ max: z.int().positive(), per: z.enum(['day', 'month']) }).optional(),
});
