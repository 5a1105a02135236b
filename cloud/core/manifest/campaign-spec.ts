import { z } from 'zod';
import { BUILT_IN_NAMES, BUILT_IN_PREFIX, builtInSources } from '../message/built-in.ts';
import { MOST_TEMPLATE_CHARACTERS } from '../message/engine.ts';
import { DateField, DurationField, HoursField, SlugField, TimeZoneField, WeekdaysField } from './fields.ts';
import { LimitsField } from './limits.ts';
import { CouponField } from './offer.ts';
import { QuietHoursField } from './policy.ts';
import { says } from './says.ts';
import { SegmentField } from './segment.ts';
import { TriggersField } from './trigger.ts';

/** The `spec` of a campaign, field by field; what the fields say of each other stands in its rules. */

/**
 * `pharos:coupon` is a template of our own; any other is a file. In a file only `template` is written; the tool that applies the file reads the template and its locale files
 * beside it into `sources` (locale → LiquidJS text; `default` is always there).
 */
const Message = z
  .strictObject({
    template: z
      .string()
      .min(1)
      .refine((name) => !name.startsWith(BUILT_IN_PREFIX) || builtInSources(name) !== undefined, {
        message: `of our own there are ${BUILT_IN_NAMES.join(' and ')}`,
      })
      .meta(
        says(
          'file with the message, relative to this one, or pharos:coupon; locale files beside it (tea.zh-TW.liquid.json) are found',
          '訊息範本檔，路徑以本檔為準，或 pharos:coupon；同目錄的語言檔（tea.zh-TW.liquid.json）會自動找到',
        ),
      ),
    sources: z
      .record(z.string(), z.string().max(MOST_TEMPLATE_CHARACTERS))
      .optional()
      .meta(says('texts by language; filled in by the tool that applies the file', '各語言的文字，由套用工具填入')),
  })
  .refine(({ sources }) => sources === undefined || sources['default'] !== undefined, {
    message: 'sources needs a default text',
    path: ['sources'],
  });

/** `10%` as basis points, 1000. More than half would be an experiment on the wrong side. */
const HoldoutField = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,2})?%$/, 'a holdout looks like 10%')
  .transform((text) => Math.round(Number(text.slice(0, -1)) * 100))
  .refine((points) => points > 0 && points <= 5000, 'a holdout is more than 0% and at most 50%');

export const CampaignSpec = z.strictObject({
  trigger: TriggersField.meta(
    says('what starts it; one, or a list of different kinds', '觸發條件：一個，或不同種類的列表'),
  ),
  audience: SegmentField.optional().meta(says('who may get it; absent: every member', '給誰；不寫則是所有會員')),
  active: z
    .strictObject({
      from: DateField.optional().meta(says('first day', '第一天')),
      until: DateField.optional().meta(says('last day, inclusive', '最後一天（含）')),
      days: WeekdaysField.optional().meta(says('weekdays on which it runs; absent: all', '進行的星期；不寫則每天')),
      hours: HoursField.optional().meta(
        says(
          'hours of the day on the clock of the store, e.g. 11:00-20:00',
          '每天的時段，依門市時間，例如 11:00-20:00',
        ),
      ),
    })
    .default({})
    .meta(says('when it runs, on the clock of the store', '活動期間，依門市時間')),
  /** For what happens at no store (follow, keyword, schedule): the store whose clock and hours apply, … */
  home: SlugField.optional().meta(
    says(
      'for follow, keyword and schedule: the store whose clock and hours apply',
      '用於 follow、keyword、schedule：依哪家門市的時間與營業時段',
    ),
  ),
  /** … or, where there is none, only a clock. */
  timeZone: TimeZoneField.optional().meta(
    says(
      'for follow, keyword and schedule without a home: the clock that applies',
      '用於沒有 home 的 follow、keyword、schedule：依哪個時區',
    ),
  ),
  quietHours: QuietHoursField.optional().meta(
    says(
      'hours in which nobody is disturbed, or none; absent: outside the opening hours of the store',
      '不打擾人的時段，或 none；不寫則是營業時間以外',
    ),
  ),
  priority: z
    .int()
    .min(-1000)
    .max(1000)
    .default(0)
    .meta(says('when several campaigns could answer, the highest does', '多個活動同時符合時，數字最大的優先')),
  group: SlugField.optional().meta(
    says('of campaigns of one group only one answers an event', '同組的活動，一次只有一個會回應'),
  ),
  offer: z
    .strictObject({
      coupon: CouponField.meta(says('what is given', '給什麼')),
      /** Left out: a coupon as we would draw it. */
      message: Message.default({ template: 'pharos:coupon' }).meta(says('what the person reads', '收到的訊息')),
      soldOut: Message.optional().meta(
        says('what who asks is answered when the stock is gone', '發完後，詢問的人收到的訊息'),
      ),
    })
    .meta(says('what is given and how it is said', '給什麼、怎麼說')),
  limits: LimitsField.default({}).meta(says('how much and how often at most', '數量與次數的上限')),
  trust: z
    .enum(['fallback', 'signed', 'any'])
    .default('fallback')
    .meta(
      says(
        'which beacons are believed: signed ones, also fixed ones up to 20 an hour (fallback), or any',
        '相信哪些 Beacon：簽章的、外加每小時 20 次固定訊息的（fallback），或全部（any）',
      ),
    ),
  freshFor: DurationField.default('PT2M').meta(
    says('an event older than this sends nothing', '事件超過這段時間就不發送'),
  ),
  delivery: z
    .strictObject({
      prefer: z
        .enum(['reply', 'push'])
        .default('reply')
        .meta(says('reply is free; push is billed by LINE', 'reply 免費；push 由 LINE 計費')),
      fallback: z
        .enum(['none', 'push'])
        .default('none')
        .meta(
          says(
            'push where no reply is possible (needs limits.messages), or none',
            '無法回覆時改用推播（需 limits.messages），或 none',
          ),
        ),
    })
    .default({ prefer: 'reply', fallback: 'none' })
    .meta(says('how the message travels', '訊息如何送達')),
  experiment: z
    .strictObject({
      holdout: HoldoutField.meta(
        says('part of the people who get nothing, by design, to compare with: 10%', '刻意不發送、用來比較的比例：10%'),
      ),
      salt: z
        .string()
        .min(1)
        .max(64)
        .optional()
        .meta(says('change it to draw the control group anew', '更改它就會重新抽出對照組')),
    })
    .optional()
    .meta(says('a control group, to see what the campaign really earns', '對照組，用來看活動真正的效果')),
});
export type CampaignSpec = z.infer<typeof CampaignSpec>;
