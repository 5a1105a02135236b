import { expect, it } from 'vitest';
import { withParts } from './openapi-parts.ts';

const MONEY = { title: 'Money', type: 'object', properties: { minor: { type: 'integer' } } };
const documentOf = (...properties: readonly object[]) => ({
  openapi: '3.1.0',
  components: { securitySchemes: {} },
  paths: { '/v1/x': { get: { schema: { type: 'object', properties: { ...properties } }, example: { title: 'a' } } } },
});

it('tells what has a title once, and lets each place say what it means there', () => {
  expect(withParts(documentOf(MONEY, { ...MONEY, description: 'what is left' }))).toEqual({
    openapi: '3.1.0',
    components: { securitySchemes: {}, schemas: { Money: MONEY } },
    paths: {
      '/v1/x': {
        get: {
          schema: {
            type: 'object',
            properties: {
              0: { $ref: '#/components/schemas/Money' },
              1: { $ref: '#/components/schemas/Money', description: 'what is left' },
            },
          },
          example: { title: 'a' },
        },
      },
    },
  });
});

it('lets no two things have one name', () => {
  expect(() => withParts(documentOf(MONEY, { title: 'Money', type: 'string' }))).toThrow(
    'two schemas are called Money',
  );
});

it('tells what holds itself once, and leaves nothing that refers to nowhere', () => {
  const self = { $ref: '#/$defs/__schema0' };
  const $defs = { __schema0: { type: 'object', properties: { not: self, all: { type: 'array', items: self } } } };
  const body = { type: 'object', properties: { who: { ...self, description: 'who is meant' } }, $defs };
  const there = { $ref: '#/components/schemas/Condition' };
  const { components, paths } = withParts(documentOf(body, body));
  expect(components).toMatchObject({
    schemas: {
      Condition: { title: 'Condition', properties: { not: there, all: { type: 'array', items: there } } },
    },
  });
  expect(paths['/v1/x'].get.schema.properties).toMatchObject({
    0: { type: 'object', properties: { who: { ...there, description: 'who is meant' } } },
  });
  expect(JSON.stringify([components, paths])).not.toContain('$defs');
  expect(() => withParts(documentOf({ $ref: '#/$defs/__schema1' }))).toThrow('no name: __schema1');
});
