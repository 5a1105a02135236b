import { at, indentOf, type Line, lineAfter, lineAt, type YamlComplaint, type YamlTrouble } from './yaml-lines.ts';

/** What people type that is no YAML, told from the line at which its parser stumbles. */

interface Seen {
  readonly text: string;
  readonly offset: number;
  readonly line: Line;
  readonly complaint: YamlComplaint;
}
type Slip = (seen: Seen) => YamlTrouble | undefined;

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

const IN_QUOTES = ['put the whole text in quotation marks: "…"', '請把整段文字用引號 "…" 括起來'] as const;
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

const badBeginning: Slip = ({ text, offset, complaint: { code, message } }) => {
  const isGlued = message.startsWith('Tags and anchors must be separated');
  if (!isGlued && !['BAD_SCALAR_START', 'TAG_RESOLVE_FAILED', 'BAD_ALIAS'].includes(code)) return undefined;
  const from = isGlued ? Math.max(text.lastIndexOf('!', offset), text.lastIndexOf('&', offset)) : offset;
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

const commaMissing: Slip = ({ offset, complaint: { code } }) =>
  code === 'BLOCK_IN_FLOW'
    ? at(
        offset,
        ['between the brackets a second ":" follows before a comma', '括號裡逗號之前出現第二個「:」'],
        [
          'put a comma between two keys; a text that has ": " in it needs quotation marks',
          '兩個鍵之間要有逗號；含有「: 」的文字要加引號',
        ],
      )
    : undefined;

const sameLineColon: Slip = ({ line, offset, complaint: { code } }) => {
  const rest = line.written.slice(offset - line.from);
  return code === 'BLOCK_AS_IMPLICIT_KEY' && /: /.test(rest)
    ? at(offset, ['this text has ": " in it, so it reads as a key', '這段文字含有「: 」，會被當成鍵'], IN_QUOTES)
    : undefined;
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
      `this line begins with ${spaces} spaces, which is the column of no line above that it could belong to`,
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
  wideBracket,
  fullWidthColon,
  spaceMissing,
  bulletMissing,
  badBeginning,
  afterQuotes,
  wrongEscape,
  commaMissing,
  sameLineColon,
  colonMissing,
  wrongIndent,
];
