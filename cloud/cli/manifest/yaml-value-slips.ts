import { at } from './yaml-lines.ts';
import type { Slip } from './yaml-slip.ts';

/** What people write as values that YAML reads as something else. */

const IN_QUOTES = ['put the whole text in quotation marks: "…"', '請把整段文字用引號 "…" 括起來'] as const;
const WIDE: ReadonlyMap<string, string> = new Map([
  ['｛', '{'],
  ['［', '['],
  ['【', '['],
]);
const wideBracket: Slip = ({ text, offset }) => {
  const wide = text.charAt(offset);
  const plain = WIDE.get(wide);
  return plain === undefined
    ? undefined
    : at(
        offset,
        [`${wide} is a full-width bracket`, `${wide} 是全形括號`],
        [`write ${plain}, and its partner as well`, `請改用半形 ${plain}，另一邊也是`],
      );
};

const badBeginning: Slip = ({ text, offset, complaint: { code, message } }) => {
  const isGlued = /^(?:Tags and anchors must be separated|Block scalar header)/.test(message);
  if (!isGlued && !['BAD_SCALAR_START', 'TAG_RESOLVE_FAILED', 'BAD_ALIAS'].includes(code)) return undefined;
  const from = isGlued ? lastOf(text, '!&|>', offset) : offset;
  const first = text.charAt(from);
  return at(
    from,
    [`a text that begins with ${first} needs quotation marks`, `以 ${first} 開頭的文字要加引號`],
    IN_QUOTES,
  );
};

const afterQuotes: Slip = ({ text, offset, complaint: { message } }) =>
  /^Unexpected \S+ at node end$/.test(message)
    ? at(
        offset,
        [
          `the value has ended before this, with ${text.slice(0, offset).trimEnd().at(-1)}`,
          `值在這之前已經結束（${text.slice(0, offset).trimEnd().at(-1)}）`,
        ],
        IN_QUOTES,
      )
    : undefined;

const wrongEscape: Slip = ({ offset, complaint: { code } }) =>
  code === 'BAD_DQ_ESCAPE'
    ? at(
        offset,
        ['in quotation marks, what follows this \\ means nothing', '引號裡的 \\ 後面不能接這個字元'],
        ['write \\\\ for a backslash', '反斜線請寫 \\\\'],
      )
    : undefined;

const lastOf = (text: string, chars: string, offset: number): number =>
  Math.max(0, ...[...chars].map((char) => text.lastIndexOf(char, offset)));

const commaMissing: Slip = ({ offset, complaint: { code, message } }) => {
  if (/^(?:Missing , |Unexpected [:,] in flow)/.test(message)) {
    return at(
      offset,
      ['between the brackets a comma or a colon is missing or one too many', '括號裡少了或多了逗號、冒號'],
      ['write { key: value, key: value } or [value, value]', '請寫成 { 鍵: 值, 鍵: 值 } 或 [值, 值]'],
    );
  }
  return code === 'BLOCK_IN_FLOW'
    ? at(
        offset,
        ['between the brackets a second ":" follows before a comma', '括號裡逗號之前出現第二個「:」'],
        [
          'put a comma between two keys; a text that has ": " in it needs quotation marks',
          '兩個鍵之間要有逗號；含有「: 」的文字要加引號',
        ],
      )
    : undefined;
};

const gluedComment: Slip = ({ offset, complaint: { message } }) =>
  message.startsWith('Comments must be separated')
    ? at(
        offset,
        ['before this # a space is missing', '這個 # 前面少了空格'],
        [
          'write a space before a comment; a text that has # in it needs quotation marks',
          '註解前要有空格；含有 # 的文字要加引號',
        ],
      )
    : undefined;

const sameLineColon: Slip = ({ line, offset, complaint: { code } }) => {
  const rest = line.written.slice(offset - line.from);
  return code === 'BLOCK_AS_IMPLICIT_KEY' && /:(?: |$)/.test(rest)
    ? at(offset, ['this text has ": " in it, so it reads as a key', '這段文字含有「: 」，會被當成鍵'], IN_QUOTES)
    : undefined;
};

/** The likeliest first. */
export const VALUE_SLIPS: readonly Slip[] = [
  wideBracket,
  badBeginning,
  afterQuotes,
  wrongEscape,
  commaMissing,
  gluedComment,
  sameLineColon,
];
