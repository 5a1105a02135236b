import { z } from 'zod';
import { DateField, DurationField, PatternField } from './fields.ts';
import { says } from './says.ts';

/** What a campaign gives. */

const CouponValueField = z.union([
  z.strictObject({
    percent: z.int().min(1).max(100).meta(says('what is taken off: 20 is 8 折', '折扣掉的百分比：20 就是八折')),
  }),
  z.strictObject({
    amount: z
      .int()
      .positive()
      .meta(says('in hundredths of the currency: NT$50 is 5000', '以百分之一元計：NT$50 是 5000')),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'a currency looks like TWD')
      .meta(says('three letters, e.g. TWD', '三個字母，例如 TWD')),
  }),
  z.strictObject({ item: z.string().min(1).max(100).meta(says('a gift with a purchase', '消費贈品')) }),
  z.strictObject({ free: z.string().min(1).max(100).meta(says('something for nothing', '免費商品')) }),
  z.strictObject({ text: z.string().min(1).max(100).meta(says('anything else, in words', '其他，以文字說明')) }),
]);
export type CouponValue = z.infer<typeof CouponValueField>;

/** Both end with a local day: `after` counted from the issue, `on` is the last day it can be used. */
const ExpiresField = z.union([
  z.strictObject({
    after: DurationField.meta(
      says('so long after it was given; P7D ends with the seventh day', '發出後多久；P7D 到第七天結束'),
    ),
  }),
  z.strictObject({ on: DateField.meta(says('last day it can be used', '最後可用日')) }),
]);
export type Expires = z.infer<typeof ExpiresField>;

export const CouponField = z.strictObject({
  value: CouponValueField.meta(says('what it is worth', '優惠內容')),
  expires: ExpiresField.default({ after: 'P7D' }).meta(says('until when it can be used', '使用期限')),
  redeemableAt: z
    .array(PatternField)
    .min(1)
    .meta(
      says(
        'stores and web shops that take it; taipei-* is all whose id begins so',
        '可兌換的門市與網路商店；taipei-* 是所有以此開頭的',
      ),
    ),
  redeemElsewhere: z
    .literal(true)
    .optional()
    .meta(
      says(
        'says that it is meant so: a store which gives it out does not take it',
        '表明是刻意的：發出的門市自己不兌換',
      ),
    ),
  code: z
    .strictObject({ format: z.enum(['code128', 'qr']).meta(says('what the till scans', '收銀機掃描的條碼種類')) })
    .default({ format: 'code128' })
    .meta(says('how the code is shown', '條碼')),
});
