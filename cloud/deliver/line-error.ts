import { z } from 'zod';

/** LINE's form of an error; `details` say which part of the request is meant. */
const LineError = z.object({
  message: z.string(),
  details: z
    .array(z.object({ message: z.string().optional(), property: z.string().optional() }))
    .default([])
    .catch([]),
});

const MOST_DETAILS = 5;

/**
 * The sentence in an error answer of LINE, with its details: `The request body has 1 error(s) (messages[0].text: May not
 * be empty)`; `undefined` where it is not in LINE's form, and so not LINE's.
 */
export function lineSentenceOf(body: string): string | undefined {
  const parsed = LineError.safeParse(jsonOf(body));
  if (!parsed.success) return undefined;
  const { message, details } = parsed.data;
  const told = details
    .slice(0, MOST_DETAILS)
    .map((detail) => [detail.property, detail.message].filter((part) => part !== undefined).join(': '));
  return told.length === 0 ? message : `${message} (${told.join('; ')})`;
}

/** The same, or the whole text where it is not in LINE's form. */
export const sentenceOf = (body: string): string => lineSentenceOf(body) ?? body;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
