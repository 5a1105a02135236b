import { z } from 'zod';
import { isDuration } from '../calendar.ts';
import { isShortEnough, TOO_LONG } from './fields.ts';
import { says } from './says.ts';

/** How often something may happen at most. */

/** Calendar periods in the zone of the shop, a week beginning on Monday; or all of time. */
const PERIODS: readonly string[] = ['day', 'week', 'month', 'year', 'ever'];

const CapField = z.strictObject({
  max: z.int().positive().meta(says('how many times', '次數')),
  /** `day`: since local midnight; `P1D`: in the last day, rolling; `ever`: in all of time. */
  per: z
    .string()
    .refine((per) => PERIODS.includes(per) || isDuration(per), `one of ${PERIODS.join(', ')}, or a duration, e.g. P30D`)
    .refine(isShortEnough, `${TOO_LONG}; for all of time write ever`)
    .meta(
      says(
        'day, week, month, year, ever, or a rolling duration such as P30D',
        'day、week、month、year、ever，或滾動期間如 P30D',
      ),
    ),
});
export type Cap = z.infer<typeof CapField>;

/** One cap, or several that must all hold: once a day and three times a month. */
export const CapsField = z.union([CapField, z.array(CapField).min(1)]);

export const LimitsField = z.strictObject({
  perMember: CapsField.optional().meta(says('to one member', '每位會員')),
  perMemberStore: CapsField.optional().meta(says('to one member at one store', '每位會員在每家門市')),
  total: CapsField.optional().meta(says('to everyone together', '所有人合計')),
  stock: z.int().nonnegative().optional().meta(says('how many coupons there are', '優惠券總數')),
  messages: z
    .strictObject({
      max: z.int().positive().meta(says('how many messages', '訊息數')),
      per: z.enum(['day', 'month']).meta(says('in which time', '期間')),
    })
    .optional()
    .meta(says('pushed messages, which LINE bills', '推播訊息數（LINE 計費）')),
});
