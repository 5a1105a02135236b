import { expect, it } from 'vitest';
import { padTo, widthOf } from './width.ts';

it.each([
  ['tea', 3],
  ['春茶八折', 8],
  ['春茶 20%', 8],
  ['（已暫停）', 10],
  ['é', 1],
  ['', 0],
])('%s is as wide as %d columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
  expect(widthOf(padTo(text, 12))).toBe(12);
});

it('cuts nothing that is too wide', () => {
  expect(padTo('春茶八折', 3)).toBe('春茶八折');
});
