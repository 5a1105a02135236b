import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fillInByEngine } from './engine.ts';
import { originsOf } from './source-map.ts';

const context = { who: 'Ann', list: ['x', 'y'], no: false };

/** Templates of plain text, values, loops, conditions, and the marks that take spaces away. */
const { template } = fc.letrec<{ template: string; part: string }>((tie) => ({
  template: fc.array(tie('part'), { maxLength: 5 }).map((parts) => parts.join('')),
  part: fc.oneof(
    fc.constantFrom('a', ' b ', '\n  c,\n', '"d"', '  ', '{', '}'),
    fc.constantFrom('{{ who }}', '{{- who -}}', '{% comment %} z {% endcomment %}', '{% raw %}{{ r }}{% endraw %}'),
    tie('template').map((inner) => `{% for each in list %}${inner}{% endfor %}`),
    tie('template').map((inner) => `{%- if no -%}${inner}{% else -%}${inner}{%- endif %}`),
  ),
}));

it('leads every character back to where it was written', () => {
  fc.assert(
    fc.property(template, (source) => {
      let made: string;
      try {
        made = fillInByEngine(source, context, undefined);
      } catch {
        return;
      }
      const originOf = originsOf({ source, context, formLink: undefined }, made);
      expect(originOf).toBeDefined();
      for (let at = 0; at < made.length; at += 1) {
        const origin = originOf?.(at);
        if (origin?.inValue === false && made.charAt(at).trim() !== '' && origin.offset > 0) {
          expect(source.charAt(origin.offset)).toBe(made.charAt(at));
        }
      }
    }),
    { seed: 1, numRuns: 1000 },
  );
});

it('says what comes out of a value', () => {
  const source = '["{{ who }}", 1]';
  const originOf = originsOf({ source, context, formLink: undefined }, '["Ann", 1]');
  expect([2, 4, 7].map((at) => originOf?.(at))).toEqual([
    { offset: 2, inValue: true },
    { offset: 2, inValue: true },
    { offset: 13, inValue: false },
  ]);
});

it('gives up where the marks change what is made', () => {
  const source = '{% capture it %}a{% endcapture %}{{ it | size }}';
  const made = fillInByEngine(source, context, undefined);
  expect(originsOf({ source, context, formLink: undefined }, made)).toBeUndefined();
});
