import { z } from 'zod';
import { actionSchema } from './action.ts';
import { httpsUrl, list, text } from './fields.ts';

/** Flex containers: structure and limits. Purely visual properties pass unread. */
export const BUBBLE_MAX_BYTES = 30 * 1024;
export const CAROUSEL_MAX_BYTES = 50 * 1024;

const action = actionSchema({ max: 40, required: false }).optional();

const span = z.looseObject({ type: z.literal('span'), text: text(5_000) });

const textComponent = z
  .looseObject({
    type: z.literal('text'),
    text: text(5_000).optional(),
    contents: z.array(span).optional(),
    action,
  })
  .refine((it) => it.text !== undefined || (it.contents?.length ?? 0) > 0, {
    path: ['text'],
    message: 'May not be empty',
  });

const image = z.looseObject({ type: z.literal('image'), url: httpsUrl, action });

const video = z.looseObject({
  type: z.literal('video'),
  url: httpsUrl,
  previewUrl: httpsUrl,
  get altContent(): z.ZodType {
    return z.discriminatedUnion('type', [box, image]);
  },
});

const box = z.looseObject({
  type: z.literal('box'),
  layout: z.enum(['horizontal', 'vertical', 'baseline']),
  get contents(): z.ZodType {
    return z.array(component);
  },
  action,
});

const component: z.ZodType = z.discriminatedUnion('type', [
  box,
  textComponent,
  image,
  video,
  z.looseObject({ type: z.literal('button'), action: actionSchema({ max: 40, required: true }) }),
  z.looseObject({ type: z.literal('icon'), url: httpsUrl }),
  z.looseObject({ type: z.literal('separator') }),
  z.looseObject({ type: z.literal('filler') }),
  z.looseObject({ type: z.literal('spacer') }),
]);

const withinBytes = (max: number) => (value: unknown) => Buffer.byteLength(JSON.stringify(value)) <= max;

const BLOCKS = ['header', 'hero', 'body', 'footer'] as const;

const bubble = z
  .looseObject({
    type: z.literal('bubble'),
    size: z.enum(['nano', 'micro', 'deca', 'hecto', 'kilo', 'mega', 'giga']).optional(),
    direction: z.enum(['ltr', 'rtl']).optional(),
    header: box.optional(),
    hero: z.discriminatedUnion('type', [box, image, video]).optional(),
    body: box.optional(),
    footer: box.optional(),
    action,
  })
  .refine((it) => BLOCKS.some((block) => it[block] !== undefined), 'At least one block must be specified')
  .refine(withinBytes(BUBBLE_MAX_BYTES), `The size of a bubble must be ${BUBBLE_MAX_BYTES} bytes or less`);

const carousel = z
  .looseObject({ type: z.literal('carousel'), contents: list(bubble, 1, 12) })
  .refine((it) => new Set(it.contents.map(({ size }) => size ?? 'mega')).size <= 1, {
    path: ['contents'],
    message: 'All bubbles of a carousel must have the same width',
  })
  .refine(withinBytes(CAROUSEL_MAX_BYTES), `The size of a carousel must be ${CAROUSEL_MAX_BYTES} bytes or less`);

/** A Flex container, the `contents` of a flex message. */
export const flexContainer = z.discriminatedUnion('type', [bubble, carousel]);
