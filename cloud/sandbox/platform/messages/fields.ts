import { z } from 'zod';

/** Building blocks of message schemas, with LINE's wording in the errors. */

/**
 * Text of `min` to `max` UTF-16 code units, which is what LINE counts. zod's own `max` counts code points, and so
 * lets emoji through that LINE refuses.
 */
const units = (min: number, max: number) =>
  z
    .string()
    .refine((it) => it.length <= max, `Length must be between ${min} and ${max}`)
    .refine((it) => it.length >= min, 'May not be empty');

/** Required text of 1 to `max` units. */
export const text = (max: number) => units(1, max);

/** Text that may be empty or missing. */
export const optionalText = (max: number) => units(0, max).optional();

/** A list of `min` to `max` items. */
export const list = <Item extends z.ZodType>(item: Item, min: number, max: number) => {
  const size = `Size must be between ${min} and ${max}`;
  return z.array(item).min(min, size).max(max, size);
};

/** An address of an image or video: HTTPS, 2,000 characters. */
export const httpsUrl = text(2_000).regex(/^https:\/\/\S+$/, 'Must be a valid HTTPS URL');

/** Percent-encoded ASCII with one of the four schemes the app opens. */
export const actionUri = text(1_000)
  .regex(/^(?:https?|line|tel):/i, 'Must be a valid URI with one of the schemes http, https, line, tel')
  .regex(/^[\x21-\x7e]+$/, 'Must be a percent-encoded URI');
