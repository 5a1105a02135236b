import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearMiss } from './near-miss.ts';

describe('nearMiss', () => {
  const keys = ['value', 'expires', 'redeemableAt', 'code'];

  it.each([
    ['redeemablAt', 'redeemableAt'],
    ['redeemableat', 'redeemableAt'],
    ['redeamable_at', 'redeemableAt'],
    ['vlaue', 'value'],
    ['coed', 'code'],
    ['colour', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%s → %s', (word, meant) => {
    expect(nearMiss(word, keys)).toBe(meant);
  });

  it('has nothing to say about nothing', () => {
    expect(nearMiss('value', [])).toBeUndefined();
  });
});

describe('editDistance', () => {
  const word = fc.string({ maxLength: 12 });

  it('is a distance: zero for the same, the same both ways, never more than the longer word', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });

  it('counts a swap of neighbours once', () => {
    expect(editDistance('precent', 'percent')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });
});
