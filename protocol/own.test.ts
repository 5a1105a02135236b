import fc from 'fast-check';
import { expect, it } from 'vitest';
import { own } from './own.ts';

it('finds what a table holds', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.integer()), (table) => {
      for (const [key, value] of Object.entries(table)) expect(own(table, key)).toBe(value);
    }),
  );
});

it.each(Object.getOwnPropertyNames(Object.prototype))('finds nothing under the inherited name %s', (name) => {
  expect(own({ ENOTFOUND: 1 }, name)).toBeUndefined();
});
