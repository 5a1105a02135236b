import { own } from '../../../protocol/own.ts';

/** What is wrong with a text that should be JSON, at the first place where a reader stumbles. Offsets are UTF-16 units. */
export type JsonTrouble = { readonly at: number } & (
  | { readonly kind: 'empty' | 'comma-missing' | 'comma-extra' | 'colon-missing' | 'value-missing' | 'after-end' }
  /** In quotation marks, with more words right behind them. */
  | { readonly kind: 'text-ended' }
  /** `at` is what should stand in it: a name with a value, or the first of several values. */
  | { readonly kind: 'unopened'; readonly opener: Opener }
  /** Nothing closes it; `at` is where it was opened. */
  | { readonly kind: 'unclosed'; readonly opener: Opener }
  /** `at` closes something else than what was opened last. */
  | { readonly kind: 'wrong-closer'; readonly opener: Opener; readonly openedAt: number; readonly closer: string }
  /** A text that goes on over the end of its line; `at` is where it begins. */
  | { readonly kind: 'text-unclosed' }
  | { readonly kind: 'wrong-escape'; readonly found: string }
  | { readonly kind: 'comment' }
  /** Curly or single quotation marks. */
  | { readonly kind: 'wrong-quotes'; readonly found: string }
  /** A full-width comma, colon or bracket. */
  | { readonly kind: 'full-width'; readonly found: string; readonly plain: string }
  /** A word without quotation marks. */
  | { readonly kind: 'bare-word'; readonly found: string }
);
export type Opener = '{' | '[';

const WRONG_QUOTES = /^['‘’“”「」『』`＂]/;
const FULL_WIDTH: Readonly<Record<string, string>> = {
  '，': ',',
  '、': ',',
  '：': ':',
  '；': ',',
  '｛': '{',
  '｝': '}',
  '［': '[',
  '］': ']',
};
const WORD = /^[\p{L}\p{N}_$.+%-]{1,40}/u;

/** What stands at `at` where nothing of the kind may stand, if it is one of the slips people make; `undefined`: some other. */
export function strangerAt(text: string, at: number): JsonTrouble | undefined {
  const found = text.charAt(at);
  if (WRONG_QUOTES.test(found)) return { kind: 'wrong-quotes', at, found };
  const plain = own(FULL_WIDTH, found);
  if (plain !== undefined) return { kind: 'full-width', at, found, plain };
  if (/^(?:\/\/|\/\*|#|<!--)/.test(text.slice(at, at + 4))) return { kind: 'comment', at };
  const [word] = WORD.exec(text.slice(at, at + 40)) ?? [];
  return word === undefined ? undefined : { kind: 'bare-word', at, found: word };
}
