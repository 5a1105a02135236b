import { describe, expect, it } from 'vitest';
import { type JsonSchema, schemaOfAll, schemaOfKind } from './json-schema.ts';
import { keysOf } from './key-reference.ts';
import { MANIFEST_KINDS } from './manifest.ts';

/** Every key with the way to it; keys of data (locales, attributes) have no schema of their own. */
function propertiesOf(schema: JsonSchema, path: string): [string, JsonSchema][] {
  const inner = [
    ...(schema.items === undefined ? [] : [schema.items]),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
    ...Object.values(schema.definitions ?? {}),
  ].flatMap((part) => propertiesOf(part, path));
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, property]): [string, JsonSchema][] => [
    [`${path}.${key}`, property],
    ...propertiesOf(property, `${path}.${key}`),
  ]);
  return [...own, ...inner];
}

/** What the frame of a beacon says is explained where the frame is; `spec` is the whole. */
const SELF_EVIDENT = /\.(spec|ibeacon\.(uuid|major|minor|measuredPower))$/;

describe.each(MANIFEST_KINDS)('the schema of %s', (kind) => {
  it.each(['en', 'zh-TW'] as const)('explains every key in %s', (language) => {
    const properties = propertiesOf(schemaOfKind(kind, language), kind);
    expect(properties.length).toBeGreaterThan(5);
    const silent = properties.filter(
      ([path, { description }]) => description === undefined && !SELF_EVIDENT.test(path),
    );
    expect(silent.map(([path]) => path)).toEqual([]);
    if (language === 'zh-TW') {
      const foreign = properties.filter(
        ([path, { description = '' }]) => !/\p{Script=Han}/u.test(description) && !SELF_EVIDENT.test(path),
      );
      expect(foreign.map(([path]) => path)).toEqual([]);
    }
    expect(JSON.stringify(schemaOfKind(kind, language))).not.toContain('"zh-TW":');
  });

  it('lists its keys with what they are', () => {
    for (const { key, type, meaning } of keysOf(kind, 'en')) {
      expect(type, key).not.toBe('');
      if (!SELF_EVIDENT.test(`.${key}`)) expect(meaning, key).not.toBe('');
    }
  });
});

describe('the schema of all kinds', () => {
  it('leads only to what is there', () => {
    const all = schemaOfAll('en') as JsonSchema;
    const text = JSON.stringify(all);
    for (const [, reference = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = reference.split('/').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], all);
      expect(target, reference).toBeDefined();
    }
    expect(Object.keys(all.definitions ?? {})).toEqual([...MANIFEST_KINDS]);
  });
});

describe('the keys of a campaign', () => {
  it('have types, defaults and the words of all forms', () => {
    const keys = new Map(keysOf('Campaign', 'en').map((line) => [line.key, line]));
    expect(keys.get('offer.coupon.value.percent')).toMatchObject({ type: 'integer', required: true });
    expect(keys.get('offer.coupon.expires')).toMatchObject({ fallback: '{after:P7D}', required: false });
    expect(keys.get('trigger.on')?.type).toBe('enter | dwell | exit | follow | keyword | schedule');
    expect(keys.get('delivery.prefer')).toMatchObject({ type: 'reply | push', fallback: 'reply' });
    expect(keys.get('audience.lastVisit.olderThan')?.meaning).toBe('longer ago than this');
  });
});
