import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fillIn, fillInByEngine } from './engine.ts';
import { readSlots } from './slots.ts';

const asItIs = String;

it('puts values in their places', () => {
  const fill = readSlots('{{ store.name }}: {{coupon.code}}!', asItIs);
  expect(fill?.({ store: { name: 'Tea' }, coupon: { code: 7 } })).toBe('Tea: 7!');
});

it.each([
  ['a tag', '{% if a %}x{% endif %}'],
  ['a filter', '{{ a | upcase }}'],
  ['a trimmed output', '{{- a }}'],
  ['an index', '{{ a[0] }}'],
  ['a literal', '{{ empty }}'],
  ['an operator', '{{ and }}'],
  ['a brace too many', '{{{ a }}'],
  ['an output without end', '{{ a'],
])('leaves %s to the engine', (_what, source) => {
  expect(readSlots(source, asItIs)).toBeUndefined();
});

it.each([
  ['missing', {}],
  ['nothing', { a: null }],
  ['a list', { a: ['x'] }],
  ['inherited', Object.create({ a: 'x' })],
])('leaves a value to the engine that is %s', (_what, context) => {
  expect(readSlots('{{ a }}', asItIs)?.(context)).toBeUndefined();
});

/** What a call came to: a text, or that it threw. */
const outcome = (act: () => string): string => {
  try {
    return act();
  } catch (error) {
    return `threw ${String(error)}`;
  }
};

const name = fc.constantFrom(
  'a',
  'b',
  'size',
  'first',
  'last',
  'empty',
  'true',
  'nil',
  'and',
  'contains',
  '__proto__',
  'constructor',
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.'));
const piece = fc.oneof(
  path.map((text) => `{{ ${text} }}`),
  fc.constantFrom(
    '{{',
    '}}',
    '{',
    '}',
    '{%',
    '%}',
    '{{a}}',
    '{{-a-}}',
    "{{ 'x' }}",
    '{{ a | size }}',
    '{{ a b }}',
    '{{  }}',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom(' ', '\n', '\t', '"', '\\'),
);
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string()),
);
const context = fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf)))));

it('never says anything else than the engine', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), context, (pieces, values) => {
      const source = pieces.join('');
      expect(outcome(() => fillIn(source, values, undefined))).toBe(
        outcome(() => fillInByEngine(source, values, undefined)),
      );
    }),
    { numRuns: 2_000 },
  );
});
