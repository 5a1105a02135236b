import { z } from 'zod';
import { MANIFEST_KINDS, MANIFEST_SCHEMAS } from './manifest.ts';
import { CHINESE } from './says.ts';

/** JSON Schema of the manifests, for editors: made from the schemas that check them, so that both always agree. */

export type ManifestKind = keyof typeof MANIFEST_SCHEMAS;
export type HelpLanguage = 'en' | typeof CHINESE;

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly $ref?: string;
}

/** Draft 7, which the YAML plug-ins of editors know best. Descriptions are in the given language. */
export function schemaOfKind(kind: ManifestKind, language: HelpLanguage): JsonSchema {
  const made = z.toJSONSchema(MANIFEST_SCHEMAS[kind], { io: 'input', target: 'draft-7' });
  return inLanguage(made, language) as JsonSchema;
}

/** One schema for files that hold documents of any kind: what follows depends on the word behind `kind`. */
export function schemaOfAll(language: HelpLanguage): object {
  const definitions = Object.fromEntries(
    MANIFEST_KINDS.map((kind) => {
      const { $schema: _, ...schema } = schemaOfKind(kind, language) as JsonSchema & { $schema?: string };
      return [kind, rooted(schema, `#/definitions/${kind}`)];
    }),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Pharos',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: { kind: { enum: MANIFEST_KINDS } },
    allOf: MANIFEST_KINDS.map((kind) => ({
      if: { properties: { kind: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
      then: { $ref: `#/definitions/${kind}` },
    })),
    definitions,
  };
}

/** A copy with one language for all descriptions, and without what only we read. */
function inLanguage(value: unknown, language: HelpLanguage): unknown {
  if (Array.isArray(value)) return value.map((item) => inLanguage(item, language));
  if (typeof value !== 'object' || value === null) return value;
  const { [CHINESE]: chinese, ...rest } = value as Readonly<Record<string, unknown>>;
  const copy = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, inLanguage(inner, language)]));
  return language === CHINESE && typeof chinese === 'string' ? { ...copy, description: chinese } : copy;
}

/** References within a schema that has moved below `root`. */
function rooted(value: unknown, root: string): unknown {
  if (Array.isArray(value)) return value.map((item) => rooted(item, root));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === '$ref' && typeof inner === 'string' ? [key, inner.replace(/^#/, root)] : [key, rooted(inner, root)],
    ),
  );
}
