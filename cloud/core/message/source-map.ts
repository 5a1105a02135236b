import { Tokenizer, TokenKind } from 'liquidjs';
import { type FormLinker, fillInByEngine } from './engine.ts';

/** Where in a template a place of the text it makes comes from. */
export interface Origin {
  readonly offset: number;
  /** It is not in the template itself but in a value put there, by what stands at `offset`. */
  readonly inValue: boolean;
}

/** Of the private use area: no text that people read has them. */
const [BEGIN, END] = ['\uE0F0', '\uE0F1'];
const MARK = new RegExp(`${BEGIN}(-?)(\\d+)${END}`, 'g');

interface Stretch {
  /** Where it begins in the text made. */
  readonly from: number;
  /** Where it begins in the template. */
  readonly offset: number;
  /** It is what comes after a stretch of plain text: values, or nothing. */
  readonly isValue: boolean;
}

/**
 * The way back from `made`, which the template makes of this context, to the template. Each stretch of plain text is
 * marked with where it stands, and the template filled in once more: that is right for loops and conditions as well.
 * `undefined` where the marks change what comes out, as they do in a template that counts the characters it has caught.
 */
export function originsOf(
  { source, context, formLink }: { source: string; context: object; formLink: FormLinker | undefined },
  made: string,
): ((at: number) => Origin) | undefined {
  try {
    const { text, stretches } = readMarks(fillInByEngine(marked(source), context, formLink));
    if (text !== made) return undefined;
    return (at) => {
      const stretch = stretches.findLast(({ from }) => from <= at);
      if (stretch === undefined) return { offset: 0, inValue: false };
      const { from, offset, isValue } = stretch;
      if (isValue) return { offset: offset + spacesAt(source, offset), inValue: offset < source.length };
      return { offset: offset + at - from, inValue: false };
    };
  } catch {
    // Marks make it longer, perhaps longer than a template may be.
    return undefined;
  }
}

const spacesAt = (text: string, offset: number): number => {
  const rest = text.slice(offset);
  return rest.length - rest.trimStart().length;
};

/** Marks stand inside of the spaces around a stretch, which `{%-` and `-%}` take away. */
function marked(source: string): string {
  const pieces = new Tokenizer(source).readTopLevelTokens().map(({ kind, begin, end }) => {
    const text = source.slice(begin, end);
    if (kind !== TokenKind.HTML || text.trim() === '') return text;
    const [from, to] = [text.length - text.trimStart().length, text.trimEnd().length];
    const [before, plain, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
    return `${before}${BEGIN}${begin + from}${END}${plain}${BEGIN}-${begin + to}${END}${after}`;
  });
  return pieces.join('');
}

function readMarks(made: string): { readonly text: string; readonly stretches: readonly Stretch[] } {
  const stretches: Stretch[] = [];
  let text = '';
  let at = 0;
  for (const { 0: whole, 1: sign, 2: offset, index } of made.matchAll(MARK)) {
    text += made.slice(at, index);
    stretches.push({ from: text.length, offset: Number(offset), isValue: sign === '-' });
    at = index + whole.length;
  }
  return { text: text + made.slice(at), stretches };
}
