import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE_ALPHABET, CODE_ENTROPY_BYTES, formatCode, mintCode, parseCode } from './code.ts';

const code = fc
  .uint8Array({ minLength: CODE_ENTROPY_BYTES, maxLength: CODE_ENTROPY_BYTES })
  .map((bytes) => mintCode(bytes))
  .filter((made) => made !== undefined);

it('uses no letter that looks like another', () => {
  expect(new Set(CODE_ALPHABET).size).toBe(CODE_ALPHABET.length);
  for (const letter of '0O1IL2Z5S8B') expect(CODE_ALPHABET).not.toContain(letter);
});

it('reads back what it minted, however it was typed', () => {
  fc.assert(
    fc.property(code, (made) => {
      expect(made).toHaveLength(12);
      expect(parseCode(made)).toBe(made);
      expect(parseCode(` ${formatCode(made).toLowerCase()} `)).toBe(made);
    }),
  );
});

it('refuses every single wrong letter', () => {
  fc.assert(
    fc.property(code, (made) => {
      for (let i = 0; i < made.length; i++) {
        for (const letter of CODE_ALPHABET) {
          if (letter === made[i]) continue;
          expect(parseCode(made.slice(0, i) + letter + made.slice(i + 1))).toBeUndefined();
        }
      }
    }),
    { numRuns: 20 },
  );
});

describe('two letters swapped', () => {
  const swap = (text: string, i: number, j: number): string => {
    const letters = [...text];
    [letters[i], letters[j]] = [letters[j] ?? '', letters[i] ?? ''];
    return letters.join('');
  };

  it('are refused up to three places apart', () => {
    fc.assert(
      fc.property(code, fc.nat(11), fc.integer({ min: 1, max: 3 }), (made, i, apart) => {
        const wrong = swap(made, i, Math.min(11, i + apart));
        fc.pre(wrong !== made);
        expect(parseCode(wrong)).toBeUndefined();
      }),
    );
  });
});

it('is not made from unfair chance', () => {
  expect(mintCode(new Uint8Array(CODE_ENTROPY_BYTES).fill(255))).toBeUndefined();
});

it.each(['', '3467', '3467-9ACD-EFG', '3467-9ACD-EFGHJ', '3467-9ACD-EFG!', 'OOOO-OOOO-OOOO'])(
  '"%s" is no code',
  (text) => {
    expect(parseCode(text)).toBeUndefined();
  },
);

it('never throws on what a scanner gives', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseCode(text)));
});

it('is written in groups of four', () => expect(formatCode('34679ACDEFGH')).toBe('3467-9ACD-EFGH'));
