import { z } from 'zod';
import { DurationField, HoursField, header, TimeZoneField } from './fields.ts';

/** `kind: Store`: one shop, its zone and its opening hours. Outside these hours nobody is disturbed. */
export const StoreManifest = z.strictObject({
  ...header('Store'),
  spec: z.strictObject({
    timeZone: TimeZoneField,
    hours: HoursField.default({ from: 0, to: 1440 }),
    /** Language of messages where the member's own is not known. */
    locale: z
      .string()
      .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'a locale looks like zh-TW')
      .default('zh-TW'),
    visit: z.strictObject({ closeAfter: DurationField.default('PT30M') }).default({ closeAfter: 'PT30M' }),
  }),
});
export type StoreManifest = z.infer<typeof StoreManifest>;
