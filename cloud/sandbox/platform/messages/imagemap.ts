import { z } from 'zod';
import { actionUri, httpsUrl, list, text } from './fields.ts';

const area = z.looseObject({
  x: z.int().nonnegative(),
  y: z.int().nonnegative(),
  width: z.int().positive(),
  height: z.int().positive(),
});
const label = text(100).optional();

const video = z.looseObject({
  originalContentUrl: httpsUrl,
  previewImageUrl: httpsUrl,
  area,
  externalLink: z.looseObject({ linkUri: actionUri, label: text(30) }).optional(),
});

/** The fields of an imagemap message that are its own: a picture 1,040 wide with places to tap. */
export const imagemapFields = {
  baseUrl: httpsUrl,
  baseSize: z.looseObject({ width: z.literal(1040), height: z.int().positive() }),
  actions: list(
    z.discriminatedUnion('type', [
      z.looseObject({ type: z.literal('uri'), label, linkUri: actionUri, area }),
      z.looseObject({ type: z.literal('message'), label, text: text(400), area }),
      z.looseObject({ type: z.literal('clipboard'), label, clipboardText: text(1_000), area }),
    ]),
    0,
    50,
  ),
  video: video.optional(),
};
