import { z } from 'zod';
import { text } from './fields.ts';

/** Text messages: LINE's own emoji stand where a `$` (version 1) or a `{name}` (version 2) holds their place. */

const MAX_EMOJI = 20;
const MAX_SUBSTITUTIONS = 100;
const quoteToken = text(500).optional();

const emoji = z.looseObject({ index: z.int().nonnegative(), productId: text(50), emojiId: text(50) });

export const textFields = {
  text: text(5_000),
  quoteToken,
  emojis: z.array(emoji).max(MAX_EMOJI, `Size must be between 0 and ${MAX_EMOJI}`).optional(),
};

interface WithEmoji {
  readonly text: string;
  readonly emojis?: readonly { readonly index: number }[] | undefined;
}

/** Every emoji needs a `$` of its own in the text. Indexes count UTF-16 units. */
export const emojiHaveTheirPlace = ({ text: words, emojis = [] }: WithEmoji): boolean =>
  emojis.every(({ index }) => words[index] === '$') && new Set(emojis.map(({ index }) => index)).size === emojis.length;

const NAME = /^[A-Za-z0-9_]{1,20}$/;
/** `{name}`, but not a doubled brace, which stands for itself. */
const PLACES = /\{\{|\}\}|\{([^{}]*)\}/g;

const substitution = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('emoji'), productId: text(50), emojiId: text(50) }),
  z.looseObject({
    type: z.literal('mention'),
    mentionee: z.discriminatedUnion('type', [
      z.looseObject({ type: z.literal('user'), userId: text(33) }),
      z.looseObject({ type: z.literal('all') }),
    ]),
  }),
]);

export const textV2Fields = {
  text: text(5_000),
  quoteToken,
  substitution: z
    .record(z.string().regex(NAME, 'Must be 1 to 20 of A-Z, a-z, 0-9 and _'), substitution)
    .refine((it) => Object.keys(it).length <= MAX_SUBSTITUTIONS, `Size must be between 0 and ${MAX_SUBSTITUTIONS}`)
    .optional(),
};

interface WithPlaces {
  readonly text: string;
  readonly substitution?: Readonly<Record<string, unknown>> | undefined;
}

/** Every `{name}` in the text must be said. */
export const placesAreFilled = ({ text: words, substitution: said = {} }: WithPlaces): boolean =>
  [...words.matchAll(PLACES)].every(([, name]) => name === undefined || Object.hasOwn(said, name));
