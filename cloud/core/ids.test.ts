import { expect, it } from 'vitest';
import { ID_PREFIX, idKind } from './ids.ts';

it('gives every kind a prefix of its own', () => {
  const prefixes = Object.values(ID_PREFIX);
  expect(new Set(prefixes).size).toBe(prefixes.length);
  for (const [kind, prefix] of Object.entries(ID_PREFIX)) expect(idKind(`${prefix}_0abc`)).toBe(kind);
});

it.each(['', 'evt', 'evt_', 'xyz_1', 'cmp_1', 'EVT_1', '3467-9ACD-EFGH', 'node:epoch:1'])('"%s" is no id', (text) => {
  expect(idKind(text)).toBeUndefined();
});
