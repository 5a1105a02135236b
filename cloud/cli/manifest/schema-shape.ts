import { z } from 'zod';
import { MANIFEST_SCHEMAS } from '../../core/manifest/manifest.ts';
import { CHINESE } from '../../core/manifest/says.ts';

/** Reads from the schemas what may be written at a place, so that advice can never differ from what is accepted. */

/** A document of no known kind still has the keys that all kinds share. */
const schemaOf = (kind: unknown): z.core.$ZodType => {
  const known = Object.entries(MANIFEST_SCHEMAS).find(([name]) => name === kind);
  return known === undefined ? MANIFEST_SCHEMAS.Store : known[1];
};

/** A place in a document: its kind, the way there, and the document itself, whose words narrow what may follow. */
export interface SchemaPlace {
  readonly kind: unknown;
  readonly path: readonly (string | number)[];
  readonly document: unknown;
}

/** The forms an object may have at a place: one key list each, empty where it is no object. */
export function formsAt(place: SchemaPlace): readonly (readonly string[])[] {
  return schemasAt(place).flatMap((schema) => (schema instanceof z.ZodObject ? [Object.keys(schema.shape)] : []));
}

/** The words that may stand at a place; empty where it is no closed list. */
export function choicesAt(place: SchemaPlace): readonly string[] {
  const words = schemasAt(place).map((schema) => {
    if (schema instanceof z.ZodEnum) return schema.options.map(String);
    return schema instanceof z.ZodLiteral ? [...schema.values].map(String) : undefined;
  });
  return words.every((list) => list !== undefined) ? words.flat() : [];
}

/** The words among what may stand at a place. */
export const wordsAt = (place: SchemaPlace): readonly string[] =>
  schemasAt(place).flatMap((schema) => (schema instanceof z.ZodEnum ? schema.options.map(String) : []));

/** What must fit at a place: the schemas as they stand, with all they ask of a value. */
export function fieldsAt({ path, ...place }: SchemaPlace): readonly z.core.$ZodType[] {
  const last = path.at(-1);
  if (last === undefined) return [];
  return schemasAt({ ...place, path: path.slice(0, -1) }).flatMap((schema) => inside(schema, last) ?? []);
}

/** The alternatives of a schema, without what is wrapped around them. */
export const optionsOf = (schema: z.core.$ZodType): readonly z.core.$ZodType[] => variants(schema, undefined);

/** What the key at a place means, in both languages. */
export function helpAt(place: SchemaPlace): { readonly en: string; readonly 'zh-TW': string } | undefined {
  for (const field of fieldsAt(place)) {
    const help = z.globalRegistry.get(field);
    const chinese = help?.[CHINESE];
    if (help?.description !== undefined && typeof chinese === 'string')
      return { en: help.description, 'zh-TW': chinese };
  }
  return undefined;
}

/** Where in a document of this kind a key may stand: `spec.offer.coupon`. Conditions, which nest without end, are left out. */
export function keyHomes(kind: unknown, key: string): readonly string[] {
  const homes: string[] = [];
  const walk = (schema: z.core.$ZodType | undefined, path: readonly string[]): void => {
    if (path.length > MOST_DEPTH) return;
    for (const form of variants(schema, undefined)) {
      if (!(form instanceof z.ZodObject)) continue;
      if (Object.hasOwn(form.shape, key)) homes.push(path.join('.'));
      for (const [name, field] of Object.entries(form.shape)) {
        if (name !== 'audience' && name !== 'who') walk(field, [...path, name]);
      }
    }
  };
  walk(schemaOf(kind), []);
  return [...new Set(homes)];
}
const MOST_DEPTH = 5;

/** What the document holds at a path, if it leads anywhere. */
export const valueAt = (document: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined),
    document,
  );

function schemasAt({ kind, path, document }: SchemaPlace): z.core.$ZodType[] {
  return path.reduce(
    (schemas, part, depth) => {
      const value = valueAt(document, path.slice(0, depth + 1));
      return schemas.flatMap((schema) => variants(inside(schema, part), value));
    },
    variants(schemaOf(kind), document),
  );
}

function inside(schema: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return typeof part === 'string' ? schema.shape[part] : undefined;
  if (schema instanceof z.ZodArray) return typeof part === 'number' ? schema.element : undefined;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

/** A schema without what is wrapped around it; the alternatives of a union, where the value does not say which. */
function variants(schema: z.core.$ZodType | undefined, value: unknown): z.core.$ZodType[] {
  if (schema === undefined) return [];
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodLazy) {
    return variants(schema.unwrap(), value);
  }
  if (schema instanceof z.ZodPipe) return variants(schema.in, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const word = valueAt(value, [schema.def.discriminator]);
    const options = schema.options.flatMap((option) => variants(option, value));
    const meant = options.filter((option) => speaksOf(option, schema.def.discriminator, word));
    return meant.length > 0 ? meant : options;
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => variants(option, value));
  return [schema];
}

function speaksOf(option: z.core.$ZodType, discriminator: string, word: unknown): boolean {
  const named = option instanceof z.ZodObject ? option.shape[discriminator] : undefined;
  return named instanceof z.ZodLiteral && [...named.values].includes(word as string);
}
