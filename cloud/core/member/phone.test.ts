import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRegion, readPhone } from './phone.ts';

it.each([
  ['0912-345-678', '+886912345678'],
  ['0912 345 678', '+886912345678'],
  ['０９１２－３４５－６７８', '+886912345678'],
  ['(02) 2345-6789', '+886223456789'],
  ['+886 912 345 678', '+886912345678'],
  ['+81 90 1234 5678', '+819012345678'],
  // As Excel leaves them.
  ['912345678', '+886912345678'],
  ['886912345678', '+886912345678'],
])('%s is %s', (typed, number) => {
  expect(readPhone(typed)).toBe(number);
});

it.each(['', '12', 'ask Anna', '0912345678 (mother)', '0900', '9.12346E+08', 'U0912345678'])(
  '%j is no number',
  (typed) => {
    expect(readPhone(typed)).toBeUndefined();
  },
);

it('reads local numbers of where it is told they are from', () => {
  expect(readPhone('090-1234-5678', 'JP')).toBe('+819012345678');
  expect([isRegion('JP'), isRegion('TW'), isRegion('tw'), isRegion('Taiwan')]).toEqual([true, true, false, false]);
});

it('reads what it made as what it was, and never anything but an international number', () => {
  fc.assert(
    fc.property(fc.string(), (typed) => {
      const number = readPhone(typed);
      if (number === undefined) return;
      expect(number).toMatch(/^\+\d{5,17}$/);
      expect(readPhone(number)).toBe(number);
    }),
  );
});
