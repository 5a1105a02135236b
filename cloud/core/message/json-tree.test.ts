import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonNode, readJson } from './json-tree.ts';
import type { JsonTrouble } from './json-trouble.ts';

/** JSON as people lay it out, with at most one slip of the finger in it. */
const slipped = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.nat(), fc.constantFrom('', ...'{}[]",:x1 \n\\’，/'), fc.nat(1), fc.nat(3))
  .map(([value, where, typed, cut, indent]) => {
    const text = JSON.stringify(value, undefined, indent);
    const at = where % (text.length + 1);
    return text.slice(0, at) + typed + text.slice(at + cut);
  });

describe('reading JSON', () => {
  it('takes what JSON.parse takes, and nothing else', () => {
    fc.assert(
      fc.property(slipped, (text) => {
        let takes = true;
        try {
          JSON.parse(text);
        } catch {
          takes = false;
        }
        expect(readJson(text)?.ok).toBe(takes);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('knows where each value stands', () => {
    const text = '[ {"a": 1, "b\\u0063": [true, "x"]} , null, -2.5e3 ]';
    const at = (...path: (string | number)[]): string => {
      const read = readJson(text);
      if (read?.ok !== true) throw new Error('not read');
      const node = path.reduce<JsonNode | undefined>((part, name) => part?.parts.get(name), read.root);
      return text.slice(node?.at).split(/[\s,\]}]/, 1)[0] ?? '';
    };
    expect([at(0, 'a'), at(0, 'bc'), at(0, 'bc', 1), at(1), at(2)]).toEqual(['1', '[true', '"x"', 'null', '-2.5e3']);
  });

  it('gives up on what lies too deep', () => {
    expect(readJson('['.repeat(5_000))).toBeUndefined();
  });

  it.each<[string, string, JsonTrouble['kind'], string]>([
    ['nothing', ' \n', 'empty', ' \n'],
    ['no comma', '{ "a": 1\n "b": 2 }', 'comma-missing', '\n "b": 2 }'],
    ['a comma after the last', '[1, 2, ]', 'comma-extra', ', ]'],
    ['no colon', '{ "a" 1 }', 'colon-missing', ' 1 }'],
    ['no value', '{ "a": , "b": 1 }', 'value-missing', ', "b": 1 }'],
    ['two values', '{} {}', 'after-end', '{}'],
    ['a name outside', '"a": 1', 'unopened', '"a": 1'],
    ['a name in a name', '{ "a": "b": 1 }', 'unopened', '"b": 1 }'],
    ['objects that are in no list', '{ "a": { }, { } }', 'unopened', '{ }, { } }'],
    ['an object that goes on', '[{ "a": 1, { }]', 'unclosed', '{ "a": 1, { }]'],
    ['the end inside', '{ "a": [1', 'unclosed', '[1'],
    ['the end inside, laid out', '{\n  "a": {\n    "b": 1\n}\n', 'unclosed', '{\n    "b": 1\n}\n'],
    ['another closer', '{ "a": [1 } }', 'wrong-closer', '} }'],
    ['a text over its line', '{ "a": "b,\n "c": 1 }', 'text-unclosed', '"b,\n "c": 1 }'],
    ['a mark in a text', '{ "a": "say "hi" }', 'text-ended', 'hi" }'],
    ['a path of Windows', '"C:\\dir"', 'wrong-escape', '\\dir"'],
    ['a comment', '{ "a": 1, // one\n "b": 2 }', 'comment', '// one\n "b": 2 }'],
    ['single marks', "{ 'a': 1 }", 'wrong-quotes', "'a': 1 }"],
    ['curly marks', '{ "a": “b” }', 'wrong-quotes', '“b” }'],
    ['a wide comma', '{ "a": 1，"b": 2 }', 'full-width', '，"b": 2 }'],
    ['a wide colon', '{ "a"：1 }', 'full-width', '：1 }'],
    ['a word', '{ "a": True }', 'bare-word', 'True }'],
    ['a name without marks', '{ a: 1 }', 'bare-word', 'a: 1 }'],
  ])('tells of %s', (_what, text, kind, rest) => {
    const read = readJson(text);
    const trouble = read?.ok === false ? read.trouble : undefined;
    expect([trouble?.kind, kind === 'empty' ? text : text.slice(trouble?.at)]).toEqual([kind, rest]);
  });
});
