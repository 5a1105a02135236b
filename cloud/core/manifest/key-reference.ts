import { type HelpLanguage, type JsonSchema, type ManifestKind, schemaOfKind } from './json-schema.ts';

/** One key of a kind of manifest, as a reference lists it. */
export interface KeyLine {
  /** `offer.coupon.value.percent`, below `spec`; `[]` stands for any element of a list. */
  readonly key: string;
  readonly type: string;
  /** As it would be written; absent where there is none. */
  readonly fallback?: string;
  readonly required: boolean;
  readonly meaning: string;
}

/** All keys below `spec`, in the order of the schema. What repeats itself (a condition in a condition) stands once. */
export function keysOf(kind: ManifestKind, language: HelpLanguage): KeyLine[] {
  const root = schemaOfKind(kind, language);
  const spec = root.properties?.['spec'];
  return spec === undefined ? [] : keysIn(spec, '', { root, within: [] });
}

interface Walk {
  readonly root: JsonSchema;
  /** References that are being followed, so that a circle ends. */
  readonly within: readonly string[];
}

function keysIn(schema: JsonSchema, prefix: string, walk: Walk): KeyLine[] {
  const { forms, walk: inner } = formsOf(schema, walk);
  const seen = new Map<string, KeyLine[]>();
  const inLists: KeyLine[] = [];
  for (const { properties = {}, required = [], items } of forms) {
    for (const [key, property] of Object.entries(properties)) {
      const path = prefix === '' ? key : `${prefix}.${key}`;
      const line = lineOf(path, property, required.includes(key), inner);
      const known = seen.get(path)?.[0];
      // One key in several forms: their words stand side by side.
      if (known !== undefined && line.type !== known.type) {
        seen.set(path, [
          { ...known, type: `${known.type} | ${line.type}`, meaning: joined(known.meaning, line.meaning) },
        ]);
      } else if (known === undefined) seen.set(path, [line, ...keysIn(property, path, inner)]);
    }
    if (items !== undefined) inLists.push(...keysIn(items, `${prefix}[]`, inner));
  }
  const lines = [...seen.values()].flat();
  // Of one thing or a list of them, the keys of the one are enough.
  const known = new Set(lines.map(({ key }) => key));
  return [...lines, ...inLists.filter(({ key }) => !known.has(prefix + key.slice(prefix.length + 2)))];
}

const joined = (known: string, more: string): string => (known.includes(more) ? known : `${known} | ${more}`);

function lineOf(key: string, schema: JsonSchema, required: boolean, walk: Walk): KeyLine {
  return {
    key,
    type: typeOf(schema, walk),
    ...(schema.default !== undefined && { fallback: written(schema.default) }),
    required: required && schema.default === undefined,
    meaning: schema.description ?? '',
  };
}

/** The forms a value may have, with references followed once. */
function formsOf(schema: JsonSchema, walk: Walk): { readonly forms: readonly JsonSchema[]; readonly walk: Walk } {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (reference !== undefined) {
    const target = walk.root.definitions?.[reference.replace('#/definitions/', '')];
    if (target === undefined || walk.within.includes(reference)) return { forms: [], walk };
    return formsOf(target, { ...walk, within: [...walk.within, reference] });
  }
  const several = schema.anyOf ?? schema.oneOf;
  if (several === undefined) return { forms: [schema], walk };
  const inner = several.map((form) => formsOf(form, walk));
  return {
    forms: inner.flatMap(({ forms }) => forms),
    walk: { ...walk, within: [...new Set(inner.flatMap((form) => form.walk.within))] },
  };
}

function typeOf(schema: JsonSchema, walk: Walk): string {
  const types = formsOf(schema, walk).forms.map((form) => {
    if (form.const !== undefined) return String(form.const);
    if (form.enum !== undefined) return form.enum.map(String).join(' | ');
    if (form.type === 'array') return form.items === undefined ? 'list' : `[${typeOf(form.items, walk)}]`;
    return form.type === 'object' ? '{ }' : String(form.type ?? 'any');
  });
  return types.length === 0 ? '{ }' : [...new Set(types)].join(' | ');
}

const written = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '').replaceAll(',', ', ');
