import { z } from 'zod';
import { actionSchema } from './action.ts';
import { httpsUrl, list, text } from './fields.ts';

const action = actionSchema({ maxLabel: 20, labelled: true });
/** A tap beside the buttons; nobody sees its label. */
const defaultAction = actionSchema({ maxLabel: 20, labelled: false }).optional();
const picture = {
  imageAspectRatio: z.enum(['rectangle', 'square']).optional(),
  imageSize: z.enum(['cover', 'contain']).optional(),
};
const imageBackgroundColor = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'Must be a colour such as #FFFFFF')
  .optional();

/** Text is shorter where a picture or a title takes its room. */
const shortWithPicture = (max: number) => ({
  path: ['text'],
  message: `Length must be between 1 and ${max} with an image or a title`,
});

const fits =
  (max: number) =>
  (it: { readonly text: string; readonly title?: unknown; readonly thumbnailImageUrl?: unknown }): boolean =>
    (it.title === undefined && it.thumbnailImageUrl === undefined) || it.text.length <= max;

const buttons = z
  .looseObject({
    type: z.literal('buttons'),
    ...picture,
    imageBackgroundColor,
    thumbnailImageUrl: httpsUrl.optional(),
    title: text(40).optional(),
    text: text(160),
    defaultAction,
    actions: list(action, 1, 4),
  })
  .refine(fits(60), shortWithPicture(60));

const confirm = z.looseObject({ type: z.literal('confirm'), text: text(240), actions: list(action, 2, 2) });

const column = z
  .looseObject({
    imageBackgroundColor,
    thumbnailImageUrl: httpsUrl.optional(),
    title: text(40).optional(),
    text: text(120),
    defaultAction,
    actions: list(action, 1, 3),
  })
  .refine(fits(60), shortWithPicture(60));

const carousel = z
  .looseObject({ type: z.literal('carousel'), ...picture, columns: list(column, 1, 10) })
  .refine((it) => new Set(it.columns.map(({ actions }) => actions.length)).size <= 1, {
    path: ['columns'],
    message: 'All columns must have the same number of actions',
  });

const imageCarousel = z.looseObject({
  type: z.literal('image_carousel'),
  columns: list(z.looseObject({ imageUrl: httpsUrl, action: actionSchema({ maxLabel: 12, labelled: false }) }), 1, 10),
});

/** The `template` of a template message. */
export const templateObject = z.discriminatedUnion('type', [buttons, confirm, carousel, imageCarousel]);
