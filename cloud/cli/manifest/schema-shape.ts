import { z } from 'zod';
import { CampaignManifest } from '../../core/manifest/campaign.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { NodeManifest } from '../../core/manifest/node.ts';
import { StoreManifest } from '../../core/manifest/store.ts';

/** Reads from the schemas what may be written at a place, so that advice can never differ from what is accepted. */

const SCHEMAS: Readonly<Record<Manifest['kind'], z.core.$ZodType>> = {
  Store: StoreManifest,
  Node: NodeManifest,
  Campaign: CampaignManifest,
};

/** A document of no known kind still has the keys that all kinds share. */
const schemaOf = (kind: unknown): z.core.$ZodType => {
  const known = Object.entries(SCHEMAS).find(([name]) => name === kind);
  return known === undefined ? StoreManifest : known[1];
};

/** The forms an object may have at `path` of a document of `kind`: one key list each, empty where it is no object. */
export function formsAt(kind: unknown, path: readonly (string | number)[]): readonly (readonly string[])[] {
  return schemasAt(kind, path).flatMap((schema) => (schema instanceof z.ZodObject ? [Object.keys(schema.shape)] : []));
}

/** The words that may stand at `path`; empty where it is no closed list. */
export function choicesAt(kind: unknown, path: readonly (string | number)[]): readonly string[] {
  return schemasAt(kind, path).flatMap((schema) => (schema instanceof z.ZodEnum ? schema.options.map(String) : []));
}

const schemasAt = (kind: unknown, path: readonly (string | number)[]): z.core.$ZodType[] =>
  path.reduce((schemas, part) => schemas.flatMap((schema) => variants(inside(schema, part))), variants(schemaOf(kind)));

function inside(schema: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[part];
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

/** A schema without what is wrapped around it; the alternatives of a union. */
function variants(schema: z.core.$ZodType | undefined): z.core.$ZodType[] {
  if (schema === undefined) return [];
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return variants(schema.unwrap());
  if (schema instanceof z.ZodPipe) return variants(schema.in);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(variants);
  return [schema];
}
