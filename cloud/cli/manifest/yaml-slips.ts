import { at, indentOf, lineAfter, lineAt, type YamlComplaint, type YamlTrouble } from './yaml-lines.ts';
import type { Slip } from './yaml-slip.ts';
import { VALUE_SLIPS } from './yaml-value-slips.ts';

/** Slips in the lines, their indentation and their keys. */

/** `undefined` where only the parser's own words are left. */
export function slipOf(text: string, complaint: YamlComplaint): YamlTrouble | undefined {
  const offset = Math.min(complaint.pos[0], text.length);
  const seen = { text, offset, line: lineAt(text, offset), complaint };
  for (const slip of SLIPS) {
    const found = slip(seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

const KEY_FORM = [
  'write "key: value", with a plain colon and a space',
  '請寫成「鍵: 值」，半形冒號後面加一個空格',
] as const;

const tab: Slip = ({ offset, complaint: { code } }) =>
  code === 'TAB_AS_INDENT'
    ? at(
        offset,
        ['this line is indented with a tab', '這一行用 Tab 縮排'],
        ['indent with spaces, on every line', '請每一行都改用空格縮排'],
      )
    : undefined;

/** Before a key or an entry of a list; a paragraph may begin so. */
const ODD_INDENT = /^[ \t]*[\u00a0\u2000-\u200b\u3000\ufeff]\s*(?:- |[^\s:：]+[:：])/m;
const wideIndent: Slip = ({ text, line }) => {
  // Such a line goes on with the text before it, or is one key with its spaces, and the trouble shows further down.
  const next = lineAfter(text, line);
  const from = text.slice(0, next.from + next.written.length).search(ODD_INDENT);
  return from < 0
    ? undefined
    : at(
        from,
        [
          'this line is indented with spaces that are no plain ones (full-width?)',
          '這一行不是用半形空格縮排（全形空格？）',
        ],
        ['indent with plain spaces', '請改用半形空格縮排'],
      );
};

/** Line ends of old Macs, which YAML takes for spaces. */
const oldLineEnds: Slip = ({ text }) =>
  text.includes('\n') || !text.includes('\r')
    ? undefined
    : at(
        text.indexOf('\r'),
        ['the lines of this file end with CR alone, so it is all one line', '這個檔案的換行只有 CR，整份被當成一行'],
        ['save it with LF or CRLF at the ends of lines', '請以 LF 或 CRLF 換行另存'],
      );

const keyTwice: Slip = ({ text, offset, line, complaint: { code } }) => {
  if (code !== 'DUPLICATE_KEY') return undefined;
  const key = /^["']?([^:"']*)/.exec(text.slice(offset))?.[1]?.trim() ?? '';
  if (key === 'apiVersion' && offset === line.from) {
    return at(
      offset,
      ['a second document begins here', '從這裡開始是第二份文件'],
      ['write --- on a line of its own before it', '請在前面加上單獨一行 ---'],
    );
  }
  return at(
    offset,
    [`"${key}" stands here twice`, `「${key}」在這裡寫了兩次`],
    ['take one out, or put both together', '請刪除其中一個，或合併'],
  );
};

const fullWidthColon: Slip = ({ line }) => {
  const before = /^\s*(?:- +)?[^\s"'：:]+(?=：)/.exec(line.written)?.[0];
  return before === undefined
    ? undefined
    : at(line.from + before.length, ['： is a full-width colon', '： 是全形冒號'], KEY_FORM);
};

const spaceMissing: Slip = ({ line }) => {
  const [found, key] = /^\s*(?:- +)?([A-Za-z]\w*):(?=[^ \t])/.exec(line.written) ?? [];
  return found === undefined
    ? undefined
    : at(
        line.from + found.length,
        [`after "${key}:" a plain space is missing`, `「${key}:」後面少了半形空格`],
        KEY_FORM,
      );
};

const bulletMissing: Slip = ({ line }) => {
  const found = /^\s*-(?=[^\s-])/.exec(line.written)?.[0];
  return found === undefined
    ? undefined
    : at(
        line.from + found.length,
        ['after - a space is missing', '- 後面少了空格'],
        ['write "- value"', '請寫成「- 值」'],
      );
};

const colonMissing: Slip = ({ line, offset, complaint: { code } }) => {
  const [, word] = /^\s*(?:- +)?([^\s:#]+)$/.exec(line.written) ?? [];
  return word !== undefined && ['MULTILINE_IMPLICIT_KEY', 'MISSING_CHAR'].includes(code)
    ? at(
        offset,
        [`after "${word}" a colon is missing`, `「${word}」後面少了冒號`],
        [`write ${word}:`, `請寫成 ${word}:`],
      )
    : undefined;
};

const noKey: Slip = ({ offset, complaint: { code, message } }) =>
  code === 'MULTILINE_IMPLICIT_KEY' || message === 'Implicit map keys need to be followed by map values'
    ? at(offset, ['here a key with a colon should stand', '這裡應該是鍵與冒號'], KEY_FORM)
    : undefined;

/** A comment that goes on without its mark reads as the whole of the document, so its first key comes too late. */
const strayLine: Slip = ({ text, complaint: { message } }) => {
  const from = / in YAML stream: /.test(message) ? text.search(/^(?!\s*(?:#|---|%|$))./m) : -1;
  return from < 0 || /:(?:\s|$)/.test(lineAt(text, from).written)
    ? undefined
    : at(
        from,
        ['this line is neither a comment nor "key: value"', '這一行不是註解，也不是「鍵: 值」'],
        ['write # before a comment, on each of its lines', '註解的每一行前面都要有 #'],
      );
};

/** The complaint is about the line that stands elsewhere than those before it, or about the value it seems to go on. */
const wrongIndent: Slip = ({ text, line, complaint: { code } }) => {
  const next = lineAfter(text, line);
  const deeper = code === 'BLOCK_AS_IMPLICIT_KEY' && indentOf(next) > indentOf(line);
  if (!deeper && code !== 'BAD_INDENT') return undefined;
  const wrong = deeper ? next : line;
  const spaces = indentOf(wrong);
  return at(
    wrong.from + spaces,
    [
      `this line begins with ${spaces} space${spaces === 1 ? '' : 's'}, which is the column of no line above that it could belong to`,
      `這一行以 ${spaces} 個空格開頭，與上面任何一層都沒有對齊`,
    ],
    ['begin the keys of one block in the same column', '同一層的鍵要從同一欄開始'],
  );
};

/** The likeliest first. */
const SLIPS: readonly Slip[] = [
  tab,
  oldLineEnds,
  wideIndent,
  keyTwice,
  fullWidthColon,
  spaceMissing,
  bulletMissing,
  ...VALUE_SLIPS,
  colonMissing,
  wrongIndent,
  noKey,
  strayLine,
];
