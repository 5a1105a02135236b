import { z } from 'zod';
import { MOST_TEMPLATE_CHARACTERS } from '../message/engine.ts';
import { DateField, DurationField, HoursField, SlugField, TimeZoneField, WeekdaysField } from './fields.ts';
import { LimitsField } from './limits.ts';
import { CouponField } from './offer.ts';
import { QuietHoursField } from './policy.ts';
import { SegmentField } from './segment.ts';
import { TriggersField } from './trigger.ts';

/** The `spec` of a campaign, field by field; what the fields say of each other stands in its rules. */

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

/** `10%` as basis points, 1000. More than half would be an experiment on the wrong side. */
const HoldoutField = z
  .string()
  .regex(/^\d{1,2}(\.\d{1,2})?%$/, 'a holdout looks like 10%')
  .transform((text) => Math.round(Number(text.slice(0, -1)) * 100))
  .refine((points) => points > 0 && points <= 5000, 'a holdout is more than 0% and at most 50%');

export const CampaignSpec = z.strictObject({
  trigger: TriggersField,
  /** Who may get it; absent: every member. */
  audience: SegmentField.optional(),
  active: z
    .strictObject({
      from: DateField.optional(),
      until: DateField.optional(),
      days: WeekdaysField.optional(),
      hours: HoursField.optional(),
    })
    .default({}),
  /** For what happens at no store (follow, keyword, schedule): the store whose clock and hours apply, … */
  home: SlugField.optional(),
  /** … or, where there is none, only a clock. */
  timeZone: TimeZoneField.optional(),
  quietHours: QuietHoursField.optional(),
  priority: z.int().min(-1000).max(1000).default(0),
  group: SlugField.optional(),
  offer: z.strictObject({
    coupon: CouponField,
    message: Message,
    /** What who asks is answered when the stock is gone. */
    soldOut: Message.optional(),
  }),
  limits: LimitsField.default({}),
  trust: z.enum(['fallback', 'signed', 'any']).default('fallback'),
  freshFor: DurationField.default('PT2M'),
  delivery: z
    .strictObject({
      prefer: z.enum(['reply', 'push']).default('reply'),
      fallback: z.enum(['none', 'push']).default('none'),
    })
    .default({ prefer: 'reply', fallback: 'none' }),
  experiment: z
    .strictObject({
      holdout: HoldoutField,
      /** Change it to draw the control group anew. */
      salt: z.string().min(1).max(64).optional(),
    })
    .optional(),
});
export type CampaignSpec = z.infer<typeof CampaignSpec>;
