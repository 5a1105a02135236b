import { z } from 'zod';
import { DurationField, HoursField, header, TimeZoneField } from './fields.ts';
import { says } from './says.ts';

/** `kind: Store`: one shop, its zone and its opening hours. Outside these hours nobody is disturbed. */
export const StoreManifest = z.strictObject({
  ...header('Store'),
  spec: z.strictObject({
    timeZone: TimeZoneField.meta(says('whose clock applies, e.g. Asia/Taipei', '所在時區，例如 Asia/Taipei')),
    hours: HoursField.default({ from: 0, to: 1440 }).meta(
      says('opening hours; nobody is disturbed outside them', '營業時間；其餘時間不打擾人'),
    ),
    locale: z
      .string()
      .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'a locale looks like zh-TW')
      .default('zh-TW')
      .meta(says('language of messages to members whose own is not known', '不知道會員語言時使用的語言')),
    visit: z
      .strictObject({
        closeAfter: DurationField.default('PT30M').meta(
          says('a visit ends after so long a silence', '多久沒訊號就算離店'),
        ),
      })
      .default({ closeAfter: 'PT30M' })
      .meta(says('what one visit is', '來店的計算方式')),
    sales: z
      .strictObject({
        creditVisitsFor: DurationField.meta(
          says('how long after a visit ends what its member buys is credited to it', '離店後多久內的消費仍算這次來店'),
        ),
      })
      .optional()
      .meta(says('how sales are credited; absent: to visits of the last day', '業績歸屬；不寫則為一天內的來店')),
  }),
});
export type StoreManifest = z.infer<typeof StoreManifest>;
