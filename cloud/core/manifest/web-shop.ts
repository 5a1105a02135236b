import { z } from 'zod';
import { header, TimeZoneField } from './fields.ts';
import { says } from './says.ts';

/** `kind: WebShop`: a shop without a door. Like a store it is a channel: coupons may be redeemed there. */
export const WebShopManifest = z.strictObject({
  ...header('WebShop'),
  spec: z.strictObject({
    timeZone: TimeZoneField.meta(says('whose clock applies, e.g. Asia/Taipei', '所在時區，例如 Asia/Taipei')),
    url: z
      .url({ protocol: /^https$/, message: 'a web shop has an https address' })
      .optional()
      .meta(says('where it is', '網址')),
  }),
});
export type WebShopManifest = z.infer<typeof WebShopManifest>;
