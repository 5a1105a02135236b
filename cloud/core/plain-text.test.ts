import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPlain, notPlainAt, oneLine, plainJson, plainText } from './plain-text.ts';

const anyText = fc.string({ unit: fc.constantFrom('a', '茶', '\0', '\ud83d', '\udf75', '\\', 'u0000', '\n', '"') });

it('makes any text one that survives the way into a database and back, and leaves the others as they are', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const plain = plainText(text);
      expect(isPlain(plain)).toBe(true);
      expect(Buffer.from(plain).toString()).toBe(plain);
      if (isPlain(text)) expect(plain).toBe(text);
    }),
  );
});

it('reads JSON as it is, all texts in it plain', () => {
  const said = { type: 'a\0b', list: [{ id: '\ud83d' }, '茶'], count: 1, none: null };
  const heard = { type: 'a\ufffdb', list: [{ id: '\ufffd' }, '茶'], count: 1, none: null };
  expect(plainJson(JSON.stringify(said))).toEqual(heard);
  expect(plainJson('{"text":"no escape: \\\\u0000, a pair: \\uD83C\\uDF75"}')).toEqual({
    text: 'no escape: \\u0000, a pair: 🍵',
  });
  expect(() => plainJson('{')).toThrow(SyntaxError);
  fc.assert(
    fc.property(fc.dictionary(fc.string(), anyText), (texts) => {
      const expected = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, plainText(text)]));
      expect(plainJson(JSON.stringify(texts))).toEqual(expected);
    }),
  );
});

it('names the place of what is not plain', () => {
  expect(notPlainAt({ a: [{ b: '茶' }, { b: 'x\0' }], c: '\0' })).toEqual(['a', '1', 'b']);
  expect(notPlainAt({ a: { 'k\0': 1 } })).toEqual(['a', 'k\ufffd']);
  expect(notPlainAt({ a: ['🍵', 1, null, undefined, Buffer.from([0])] })).toBeUndefined();
});

it('puts what machines say on one line', () => {
  expect(oneLine('<html>\r\n\0\u001b[2J\u009b茶')).toBe('<html> � [2J 茶');
});
