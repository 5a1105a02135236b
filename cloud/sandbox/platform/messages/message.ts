import { z } from 'zod';
import { actionSchema } from './action.ts';
import { httpsUrl, list, text } from './fields.ts';
import { flexProblems } from './flex/container.ts';
import { imagemapFields } from './imagemap.ts';
import { shaped } from './shaped.ts';
import { templateObject } from './template.ts';
import { emojiHaveTheirPlace, placesAreFilled, textFields, textV2Fields } from './text.ts';

/** The message objects of the Messaging API with their documented limits. */

const quickReply = z
  .looseObject({
    items: list(
      z.looseObject({
        type: z.literal('action'),
        imageUrl: httpsUrl.optional(),
        action: actionSchema({ maxLabel: 20, labelled: true, quickReply: true }),
      }),
      1,
      13,
    ),
  })
  .optional();

/** Nobody may call themselves LINE. */
const senderName = text(20).refine((name) => !/\bline\b/i.test(name), 'Must not contain a reserved word');
const sender = z.looseObject({ name: senderName.optional(), iconUrl: httpsUrl.optional() }).optional();

const common = { quickReply, sender };
const altText = text(1_500);
const durationMs = z.int().positive();
const digits = text(20).regex(/^\d+$/, 'Must be digits');

/** Judged after everything else in the request, see {@link flexProblems}. */
const flexContents = z.looseObject({}).superRefine((contents, context) => {
  for (const { message, property } of flexProblems(contents)) {
    context.addIssue({ code: 'custom', message, params: { flexProperty: property } });
  }
});

/** One message object. Unknown properties pass everywhere but in Flex containers. */
export const messageObject = z.discriminatedUnion('type', [
  z
    .looseObject({ ...common, type: z.literal('text'), ...textFields })
    .refine(emojiHaveTheirPlace, { path: ['emojis'], message: 'Must point at a $ in the text' }),
  z
    .looseObject({ ...common, type: z.literal('textV2'), ...textV2Fields })
    .refine(placesAreFilled, { path: ['substitution'], message: 'Must have every {name} of the text' }),
  z.looseObject({
    ...common,
    type: z.literal('sticker'),
    packageId: digits,
    stickerId: digits,
    quoteToken: text(500).optional(),
  }),
  z.looseObject({ ...common, type: z.literal('image'), originalContentUrl: httpsUrl, previewImageUrl: httpsUrl }),
  z.looseObject({
    ...common,
    type: z.literal('video'),
    originalContentUrl: httpsUrl,
    previewImageUrl: httpsUrl,
    trackingId: text(100)
      .regex(/^[\w\-.=,+*()%$&;:@{}!?<>[\]]+$/, 'Must not contain other characters')
      .optional(),
  }),
  z.looseObject({ ...common, type: z.literal('audio'), originalContentUrl: httpsUrl, duration: durationMs }),
  z.looseObject({
    ...common,
    type: z.literal('location'),
    title: text(100),
    address: text(100),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  }),
  z.looseObject({ ...common, type: z.literal('imagemap'), altText, ...imagemapFields }),
  z.looseObject({ ...common, type: z.literal('template'), altText, template: templateObject }),
  z.looseObject({ ...common, type: z.literal('flex'), altText, contents: flexContents }),
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
export const messageList = shaped('Message[]', list(messageObject, 1, 5), { except: 'FlexContainer' });

/** A message LINE took; properties beyond the checked ones are kept as they came. */
export type LineMessage = z.infer<typeof messageObject>;
