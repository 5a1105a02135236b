import { unreachable } from '../../../protocol/result.ts';
import { type BracketTrouble, bracketTrouble } from './yaml-brackets.ts';
import { at as trouble, type YamlComplaint, type YamlTrouble } from './yaml-lines.ts';
import { slipOf } from './yaml-slips.ts';

/**
 * The one thing to mend first; what a parser says after its first complaint mostly follows from it. `from`: where the
 * document begins. What follows after it is not looked at, or files of many broken documents would take minutes.
 */
export function yamlTrouble(
  file: string,
  from: number,
  { code, message, pos: [start, end] }: YamlComplaint,
): YamlTrouble {
  const next = file.indexOf('\n---', start);
  const text = file.slice(from, next < 0 ? file.length : next + NEXT_DOCUMENT);
  const trouble = troubleIn(text, { code, message, pos: [Math.max(0, start - from), end - from] });
  return { ...trouble, offset: trouble.offset + from };
}

const NEXT_DOCUMENT = '\n---\n'.length;

function troubleIn(text: string, complaint: YamlComplaint): YamlTrouble {
  const brackets = complaint.code === 'TAB_AS_INDENT' ? undefined : bracketTrouble(text);
  if (brackets !== undefined && isBehind(text, brackets, complaint.pos[0])) return bracketWords(brackets);
  return (
    slipOf(text, complaint) ??
    trouble(
      complaint.pos[0],
      [complaint.message, `這不是正確的 YAML（${complaint.message}）`],
      ['look at the indentation, quotation marks and brackets of this line', '檢查這一行的縮排、引號與括號'],
    )
  );
}

/** A bracket explains what is wrong on its line or after it, and nothing before. */
function isBehind(text: string, { seenAt }: BracketTrouble, complainedAt: number): boolean {
  const end = text.indexOf('\n', complainedAt);
  return end < 0 || seenAt <= end;
}

function bracketWords({ kind, at, bracket }: BracketTrouble): YamlTrouble {
  switch (kind) {
    case 'unclosed': {
      const closer = bracket === '[' ? ']' : '}';
      return trouble(
        at,
        [`this ${bracket} is never closed`, `這個 ${bracket} 沒有結束`],
        [`write ${closer} where it ends`, `請在結束處寫 ${closer}`],
      );
    }
    case 'unopened': {
      const opener = bracket === ']' ? '[' : '{';
      return trouble(
        at,
        [`this ${bracket} closes nothing: its ${opener} is missing`, `這個 ${bracket} 前面少了 ${opener}`],
        [
          `write ${opener} where it begins; a text that has brackets needs quotation marks`,
          `請在開頭處寫 ${opener}；含有括號的文字要用引號括起來`,
        ],
      );
    }
    case 'one-too-many':
      return trouble(at, [`this ${bracket} closes nothing`, `這個 ${bracket} 是多的`], ['take it out', '請刪除它']);
    case 'wrong-closer': {
      const closer = bracket === ']' ? '}' : ']';
      return trouble(
        at,
        [`this ${bracket} closes what was opened by another bracket`, `這個 ${bracket} 與前面的括號不成對`],
        [`write ${closer}`, `請寫 ${closer}`],
      );
    }
    case 'quote-unclosed':
      return trouble(
        at,
        ['the text that begins here has no closing quotation mark', '從這裡開始的文字少了結尾的引號'],
        [`write ${bracket} where it ends`, `請在結束處寫 ${bracket}`],
      );
    default:
      return unreachable(kind);
  }
}
