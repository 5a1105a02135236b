import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldPhrase, phraseCollisions } from './keyword.ts';

describe('what people type', () => {
  it.each([
    ['夏日冰品', '夏日、冰品！'],
    ['夏日冰品', '「夏日」　冰品……'],
    ['夏日冰品', '夏日\u200b冰品\n'],
    ['夏日冰品', '《夏日》—冰品。～'],
    ['icecream', 'ＩＣＥ　ｃｒｅａｍ'],
    ['icecream', 'Ice-Cream!!'],
    ['アイス', 'ｱｲｽ'],
    ['ガム', 'ｶﾞﾑ'],
    ['50元', '５０元'],
    ['strasse', 'Straße'],
    ['café', 'cafe\u0301'],
    ['🍦', ' 🍦\ufe0f ! '],
    ['', '！？ 。'],
  ])('%s is meant by %s', (folded, typed) => {
    expect(foldPhrase(typed)).toBe(foldPhrase(folded));
    expect(foldPhrase(typed)).toBe(folded.normalize('NFKC'));
  });

  it.each([
    ['冰品', '夏日冰品'],
    ['ice', 'iced'],
    ['🍦', '🍧'],
    ['50', '5.1'],
  ])('%s is not %s', (one, other) => {
    expect(foldPhrase(one)).not.toBe(foldPhrase(other));
  });

  it('is folded once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(foldPhrase(foldPhrase(text))).toBe(foldPhrase(text));
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  it('may be any character there is', () => {
    for (let point = 0; point <= 0x10ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const folded = foldPhrase(String.fromCodePoint(point));
      if (foldPhrase(folded) !== folded) throw new Error(`U+${point.toString(16)} folds twice`);
    }
  }, 30_000);

  it('does not depend on spaces and punctuation', () => {
    const words = fc.array(fc.constantFrom('夏日', 'ice', '50'), { minLength: 1 });
    const noise = fc.constantFrom(' ', '　', '，', '。', '!', '-', '…', '、', '\u200d');
    fc.assert(
      fc.property(words, fc.infiniteStream(noise), (parts, between) => {
        const noisy = parts.map((part) => part + (between.next().value ?? '')).join('');
        expect(foldPhrase(noisy)).toBe(foldPhrase(parts.join('')));
      }),
    );
  });
});

it('finds phrases that would start more than one', () => {
  expect(phraseCollisions([['ICE', '冰'], ['ice!'], ['tea', 'T e a']])).toEqual([
    { folded: 'ice', owners: [0, 1] },
    { folded: 'tea', owners: [2, 2] },
  ]);
});
