import { expect, it } from 'vitest';
import { nearMiss } from './near-miss.ts';

it.each([
  ['intervall', 'intervalMs'],
  ['line-simpel', 'line-simple'],
  ['ibecon', 'ibeacon'],
  ['volume', undefined],
  ['', undefined],
])('%s → %s', (word, meant) => {
  expect(nearMiss(word, ['intervalMs', 'line-simple', 'ibeacon', 'line-secure'])).toBe(meant);
});
