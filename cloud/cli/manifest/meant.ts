import { stringify } from 'yaml';
import { z } from 'zod';
import { likely } from './meant-texts.ts';
import { fieldsAt, optionsOf, type SchemaPlace } from './schema-shape.ts';

/**
 * What somebody plainly meant by a value that is refused: `９:00~20:00` is 09:00-20:00, `20%` is 20, `mon` is [mon].
 * Guesses are made from what was typed, and the schema says which of them would do, so that no advice is refused in turn.
 */

type Schema = z.core.$ZodType;

/** As it is to be typed; `undefined` where nothing is plain. */
export function meantBy(place: SchemaPlace, given: unknown): string | undefined {
  const key = String(place.path.findLast((part) => typeof part === 'string') ?? '');
  for (const schema of fieldsAt(place)) {
    const meant = mend(schema, given, key);
    if (meant !== undefined) return asTyped(meant.value);
  }
  return undefined;
}

const asTyped = (value: unknown): string =>
  stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    flowCollectionPadding: typeof value === 'object' && !Array.isArray(value),
  }).trim();

const fits = (schema: Schema, value: unknown): boolean => z.safeParse(schema, value).success;

export const fitsAt = (place: SchemaPlace, value: unknown): boolean =>
  fieldsAt(place).some((schema) => fits(schema, value));

/** Longer ones are no slips, and advice of that length is none. */
const MOST_MEANT = 200;

interface Meant {
  readonly value: unknown;
}

function mend(schema: Schema, given: unknown, key: string): Meant | undefined {
  if (Array.isArray(given))
    return given.length === 1 ? mend(schema, given[0], key) : held(optionsOf(schema), () => [given]);
  if (typeof given !== 'string' && typeof given !== 'number') return undefined;
  if (String(given).length > MOST_MEANT) return undefined;
  const forms = optionsOf(schema);
  const words = forms.flatMap((form) => (form instanceof z.ZodEnum ? form.options.map(String) : []));
  const value = likely(given, { key, words }).find((guess) => guess !== given && fits(schema, guess));
  if (value !== undefined) return { value };
  return asList(schema, forms, given, key) ?? asObject(forms, given, key);
}

/** One thing, or several with commas of whatever kind, where a list belongs. */
function asList(schema: Schema, forms: readonly Schema[], given: string | number, key: string): Meant | undefined {
  const list = forms.find((form) => form instanceof z.ZodArray);
  if (list === undefined) return undefined;
  const parts = String(given)
    .replace(/^[\s[［【「]+|[\s\]］】」]+$/g, '')
    .split(/\s*[,，、;；|/]\s*|\s+/)
    .map((part) => part.replace(/^-/, ''))
    .filter((part) => part !== '');
  const mended = parts.map((part) => (fits(list.element, part) ? { value: part } : mend(list.element, part, key)));
  const values = mended.flatMap((part) => (part === undefined ? [] : [part.value]));
  return values.length === parts.length && fits(schema, values) ? { value: values } : undefined;
}

/** A bare value where only one key of an object could hold it, as it stands or else as it was meant. */
function asObject(forms: readonly Schema[], given: string | number, outer: string): Meant | undefined {
  const asMeant = (key: string) => likely(given, { key: key === 'after' ? outer : key, words: [] });
  if (holders(forms, () => [given]).length === 0) return held(forms, asMeant);
  // A text fits many keys: `20%` is one of them, and a number fits one.
  return held(forms, () => [given]) ?? held(forms, (key) => asMeant(key).filter((guess) => typeof guess === 'number'));
}

type Guesses = (key: string) => readonly unknown[];

const held = (forms: readonly Schema[], guesses: Guesses): Meant | undefined => {
  const [only, ...others] = holders(forms, guesses);
  return others.length === 0 ? only : undefined;
};

/** One level only: conditions hold conditions without end. */
const holders = (forms: readonly Schema[], guesses: Guesses): Meant[] =>
  forms.flatMap((form) =>
    form instanceof z.ZodObject
      ? Object.entries(form.shape).flatMap(([key, field]): Meant[] => {
          const guess = guesses(key).find((each) => fits(field, each) && fits(form, { [key]: each }));
          return guess === undefined ? [] : [{ value: { [key]: guess } }];
        })
      : [],
  );
