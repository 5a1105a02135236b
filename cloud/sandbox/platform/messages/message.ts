import { z } from 'zod';
import { actionSchema } from './action.ts';
import { httpsUrl, list, text } from './fields.ts';
import { flexContainer } from './flex.ts';
import { templateObject } from './template.ts';

/** The message objects of the Messaging API with their documented limits. */

const quickReply = z
  .looseObject({
    items: list(
      z.looseObject({
        type: z.literal('action'),
        imageUrl: httpsUrl.optional(),
        action: actionSchema({ max: 20, required: true }),
      }),
      1,
      13,
    ),
  })
  .optional();

const sender = z.looseObject({ name: text(20).optional(), iconUrl: httpsUrl.optional() }).optional();

const common = { quickReply, sender };
const altText = text(1_500);
const durationMs = z.int().positive();

const imagemap = z.looseObject({
  ...common,
  type: z.literal('imagemap'),
  baseUrl: httpsUrl,
  altText,
  baseSize: z.looseObject({ width: z.literal(1040), height: z.int().positive() }),
  actions: list(z.looseObject({ type: z.enum(['uri', 'message', 'clipboard']), area: z.looseObject({}) }), 0, 50),
});

/** One message object. Unknown properties pass, as LINE adds some without notice. */
export const messageObject = z.discriminatedUnion('type', [
  z.looseObject({
    ...common,
    type: z.literal('text'),
    text: text(5_000),
    emojis: z.array(z.unknown()).max(20, 'Size must be between 0 and 20').optional(),
  }),
  z.looseObject({ ...common, type: z.literal('textV2'), text: text(5_000) }),
  z.looseObject({ ...common, type: z.literal('sticker'), packageId: text(20), stickerId: text(20) }),
  z.looseObject({ ...common, type: z.literal('image'), originalContentUrl: httpsUrl, previewImageUrl: httpsUrl }),
  z.looseObject({ ...common, type: z.literal('video'), originalContentUrl: httpsUrl, previewImageUrl: httpsUrl }),
  z.looseObject({ ...common, type: z.literal('audio'), originalContentUrl: httpsUrl, duration: durationMs }),
  z.looseObject({
    ...common,
    type: z.literal('location'),
    title: text(100),
    address: text(100),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  }),
  imagemap,
  z.looseObject({ ...common, type: z.literal('template'), altText, template: templateObject }),
  z.looseObject({ ...common, type: z.literal('flex'), altText, contents: flexContainer }),
  z.looseObject({
    ...common,
    type: z.literal('coupon'),
    couponId: text(100),
    deliveryTag: z
      .string()
      .regex(/^[A-Za-z0-9_]{1,30}$/, 'Must be 1 to 30 of A-Z, a-z, 0-9 and _')
      .optional(),
  }),
]);

/** The `messages` of every sending call: one to five. */
export const messageList = list(messageObject, 1, 5);

/** A message LINE took; properties beyond the checked ones are kept as they came. */
export type LineMessage = z.infer<typeof messageObject>;
