import { z } from 'zod';
import { MOST_TEMPLATE_CHARACTERS } from '../message/render.ts';
import { DateField, DurationField, HoursField, header, PatternField, SlugField, WeekdaysField } from './fields.ts';

/** `kind: Campaign`: an offer with rules. */

const Trigger = z.strictObject({
  on: z.enum(['enter', 'dwell', 'exit']),
  at: z
    .strictObject({
      stores: z.array(PatternField).min(1).default(['*']),
      zones: z.array(PatternField).min(1).default(['*']),
    })
    .default({ stores: ['*'], zones: ['*'] }),
});

const CouponValue = z.union([
  z.strictObject({ percent: z.int().min(1).max(100) }),
  z.strictObject({ amount: z.int().positive(), currency: z.string().regex(/^[A-Z]{3}$/, 'a currency looks like TWD') }),
  z.strictObject({ item: z.string().min(1).max(100) }),
  z.strictObject({ free: z.string().min(1).max(100) }),
  z.strictObject({ text: z.string().min(1).max(100) }),
]);
export type CouponValue = z.infer<typeof CouponValue>;

const Coupon = z.strictObject({
  value: CouponValue,
  expires: z.strictObject({ after: DurationField }).default({ after: 'P7D' }),
  redeemableAt: z.array(PatternField).min(1),
  code: z.strictObject({ format: z.enum(['code128', 'qr']) }).default({ format: 'code128' }),
});

/**
 * In a file only `template` is written; the tool that applies the file reads the template and its locale files
 * beside it into `sources` (locale → LiquidJS text; `default` is always there).
 */
const Message = z
  .strictObject({
    template: z.string().min(1),
    sources: z.record(z.string(), z.string().max(MOST_TEMPLATE_CHARACTERS)).optional(),
  })
  .refine(({ sources }) => sources === undefined || sources['default'] !== undefined, {
    message: 'sources needs a default text',
    path: ['sources'],
  });

const Limits = z.strictObject({
  perMember: z.strictObject({ max: z.int().positive(), per: DurationField }).optional(),
  stock: z.int().nonnegative().optional(),
  messages: z.strictObject({ max: z.int().positive(), per: z.enum(['day', 'month']) }).optional(),
});

export const CampaignManifest = z
  .strictObject({
    ...header('Campaign'),
    spec: z.strictObject({
      trigger: Trigger,
      active: z
        .strictObject({
          from: DateField.optional(),
          until: DateField.optional(),
          days: WeekdaysField.optional(),
          hours: HoursField.optional(),
        })
        .default({}),
      priority: z.int().min(-1000).max(1000).default(0),
      group: SlugField.optional(),
      offer: z.strictObject({ coupon: Coupon, message: Message }),
      limits: Limits.default({}),
      trust: z.enum(['fallback', 'signed', 'any']).default('fallback'),
      freshFor: DurationField.default('PT2M'),
      delivery: z
        .strictObject({
          prefer: z.enum(['reply', 'push']).default('reply'),
          fallback: z.enum(['none', 'push']).default('none'),
        })
        .default({ prefer: 'reply', fallback: 'none' }),
    }),
  })
  .superRefine(({ spec }, context) => {
    const { from, until } = spec.active;
    if (from !== undefined && until !== undefined && until < from) {
      context.addIssue({
        code: 'custom',
        path: ['spec', 'active', 'until'],
        message: `ends before it begins (${from})`,
      });
    }
    if ((spec.delivery.prefer === 'push' || spec.delivery.fallback === 'push') && spec.limits.messages === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['spec', 'limits'],
        message: 'a campaign that may push costs money: set limits.messages, e.g. { max: 2000, per: month }',
      });
    }
  });
export type CampaignManifest = z.infer<typeof CampaignManifest>;
export type CampaignSpec = CampaignManifest['spec'];
