import { z } from 'zod';
import { header, TimeZoneField } from './fields.ts';

/** `kind: WebShop`: a shop without a door. Like a store it is a channel: coupons may be redeemed there. */
export const WebShopManifest = z.strictObject({
  ...header('WebShop'),
  spec: z.strictObject({
    timeZone: TimeZoneField,
    url: z.url({ protocol: /^https$/, message: 'a web shop has an https address' }).optional(),
  }),
});
export type WebShopManifest = z.infer<typeof WebShopManifest>;
