import fc from 'fast-check';
import { expect, it } from 'vitest';
import { errorMessage } from './error-message.ts';

it.each([
  [new Error('the disk is full'), 'the disk is full'],
  ['a bare text', 'a bare text'],
  [undefined, 'undefined'],
  [new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]), '::1 refused; 127.0.0.1 refused'],
  [new AggregateError([new Error('one')], 'both failed'), 'both failed'],
  [Object.create(null), 'something that is no error was thrown'],
])('of %o', (thrown, message) => {
  expect(errorMessage(thrown)).toBe(message);
});

it('is a text, whatever was thrown', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (thrown) => typeof errorMessage(thrown) === 'string'),
  );
});
