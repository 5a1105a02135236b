import { expect, it } from 'vitest';
import { differencesOf } from './difference.ts';

it('names what was added, taken away and changed, each by its key', () => {
  const before = { name: 'tea', spec: { limits: { stock: 5, total: 1 }, trigger: [{ on: 'enter' }] } };
  const after = { name: 'tea', spec: { limits: { stock: 9, perMember: { max: 1 } }, trigger: [{ on: 'follow' }] } };
  expect(differencesOf(before, after)).toEqual([
    { path: 'spec.limits.stock', from: 5, to: 9 },
    { path: 'spec.limits.total', from: 1 },
    { path: 'spec.limits.perMember', to: { max: 1 } },
    { path: 'spec.trigger', from: [{ on: 'enter' }], to: [{ on: 'follow' }] },
  ]);
});
