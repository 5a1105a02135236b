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
const MARK = new RegExp(`${BEGIN}(\\d+)${END}`, 'g');

interface Stretch {
  /** Where it begins in the text made. */
  readonly from: number;
  /** Where it begins in the template. */
  readonly offset: number;
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
    const { marked, ends } = mark(source);
    const { text, stretches } = readMarks(fillInByEngine(marked, context, formLink));
    if (text !== made) return undefined;
    return (at) => {
      const stretch = stretches.findLast(({ from }) => from <= at);
      if (stretch === undefined) return { offset: 0, inValue: false };
      const [offset, end] = [stretch.offset + at - stretch.from, ends.get(stretch.offset) ?? 0];
      return offset < end ? { offset, inValue: false } : { offset: end, inValue: end < source.length };
    };
  } catch {
    // Marks make it longer, perhaps longer than a template may be.
    return undefined;
  }
}

/** Marks stand behind the spaces a stretch begins with, which `-%}` takes away. */
function mark(source: string): { readonly marked: string; readonly ends: ReadonlyMap<number, number> } {
  const ends = new Map<number, number>();
  let marked = '';
  for (const { kind, begin, end } of new Tokenizer(source).readTopLevelTokens()) {
    const text = source.slice(begin, end);
    const blank = text.length - text.trimStart().length;
    const offset = begin + blank;
    if (kind !== TokenKind.HTML || blank === text.length) marked += text;
    else {
      marked += `${text.slice(0, blank)}${BEGIN}${offset}${END}${text.slice(blank)}`;
      ends.set(offset, end);
    }
  }
  return { marked, ends };
}

function readMarks(marked: string): { readonly text: string; readonly stretches: readonly Stretch[] } {
  const stretches: Stretch[] = [];
  let text = '';
  let at = 0;
  for (const { 0: whole, 1: offset, index } of marked.matchAll(MARK)) {
    text += marked.slice(at, index);
    stretches.push({ from: text.length, offset: Number(offset) });
    at = index + whole.length;
  }
  return { text: text + marked.slice(at), stretches };
}
