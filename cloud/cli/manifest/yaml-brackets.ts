/**
 * Finds the bracket or quotation mark that keeps a text from being YAML. A parser notices one lines later, or in many
 * places; here only brackets are followed, so that the one is told that its author forgot. Asked only of texts the
 * parser has refused.
 */
export interface BracketTrouble {
  readonly kind: 'unclosed' | 'unopened' | 'one-too-many' | 'wrong-closer' | 'quote-unclosed';
  /** The bracket or mark it is about. */
  readonly at: number;
  readonly bracket: string;
  /** Where it shows: what stands here cannot stand here. */
  readonly seenAt: number;
}

const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['[', ']'],
  ['{', '}'],
]);
const BULLETS = /[ \t]*(?:- +)*/y;
const KEY = /(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"'[\]{}#][^\n]*?)[ \t]*:(?=\s|$)[ \t]*/y;
const PROPERTIES = /(?:[&!]\S*[ \t]+)*/y;
/** A line that begins a new entry, so that a bracket still open has been forgotten. */
const ENTRY = /(?:- |---|[^\s[\]{}#,][^\n]*?:(?:\s|$))/y;

interface Open {
  readonly bracket: string;
  readonly at: number;
  /** Of the line it stands in. */
  readonly indent: number;
}

/** The first such trouble. */
export function bracketTrouble(text: string): BracketTrouble | undefined {
  const open: Open[] = [];
  let blockIndent: number | undefined;
  for (let lineAt = 0; lineAt < text.length; ) {
    const end = lineEnd(text, lineAt);
    const indent = skipped(text, lineAt, / */y) - lineAt;
    const blank = text.slice(lineAt, end).trim() === '';
    if (blockIndent !== undefined && (blank || indent > blockIndent)) {
      lineAt = end + 1;
      continue;
    }
    blockIndent = undefined;
    const last = open.at(-1);
    if (last !== undefined && indent <= (open[0]?.indent ?? 0) && !blank && startsEntry(text, lineAt + indent)) {
      return { kind: 'unclosed', at: last.at, bracket: last.bracket, seenAt: lineAt };
    }
    const start = open.length > 0 ? lineAt + indent : valueStart(text, lineAt);
    if (open.length === 0 && /[|>]/.test(text.charAt(start))) blockIndent = indent;
    const read = readLine({ text, at: start, open, indent });
    if (typeof read !== 'number') return read;
    lineAt = read + 1;
  }
  const last = open.at(-1);
  return last && { kind: 'unclosed', at: last.at, bracket: last.bracket, seenAt: text.length };
}

/** Reads a value to the end of its line, or of the line where a text in quotation marks ends. */
function readLine({
  text,
  at,
  open,
  indent,
}: {
  text: string;
  at: number;
  open: Open[];
  indent: number;
}): number | BracketTrouble {
  if (open.length === 0 && !/["'[{]/.test(text.charAt(at))) return plain(text, at);
  let before = '';
  for (let here = at; here < text.length; here += 1) {
    const char = text.charAt(here);
    if (char === '\n') return here;
    if (char === '#' && /^\s?$/.test(text.charAt(here - 1))) return lineEnd(text, here);
    if ((char === '"' || char === "'") && /^[[{,:]?$/.test(before)) {
      const close = closingQuote(text, here);
      if (close < 0) return { kind: 'quote-unclosed', at: here, bracket: char, seenAt: here };
      here = close;
    } else if (char === '[' || char === '{') {
      if (open.length > 0 || before === '') open.push({ bracket: char, at: here, indent });
    } else if (char === ']' || char === '}') {
      const last = open.pop();
      const trouble = wrongClose(text, here, last, open);
      if (trouble !== undefined) return trouble;
    }
    if (!/\s/.test(char)) before = char;
  }
  return text.length;
}

/** A bracket that closes something else than was opened `last`; `open`: what was opened before that. */
function wrongClose(
  text: string,
  at: number,
  last: Open | undefined,
  open: readonly Open[],
): BracketTrouble | undefined {
  const bracket = text.charAt(at);
  if (last === undefined) return { kind: 'one-too-many', at, bracket, seenAt: at };
  const wanted = CLOSERS.get(last.bracket) ?? '';
  if (wanted === bracket) return undefined;
  if (open.some((each) => CLOSERS.get(each.bracket) === bracket)) {
    return { kind: 'unclosed', at: last.at, bracket: last.bracket, seenAt: at };
  }
  const isClosedLater = text.slice(at, lineEnd(text, at)).includes(wanted);
  return { kind: isClosedLater ? 'unopened' : 'wrong-closer', at, bracket, seenAt: at };
}

/** A value without marks; a bracket at its end that it does not begin was meant to close something. */
function plain(text: string, at: number): number | BracketTrouble {
  const end = lineEnd(text, at);
  const value = text
    .slice(at, end)
    .replace(/(?:^|\s)#.*$/, '')
    .trimEnd();
  const last = value.at(-1) ?? '';
  if ((last === ']' && !value.includes('[')) || (last === '}' && !value.includes('{'))) {
    const here = at + value.length - 1;
    return { kind: 'unopened', at: here, bracket: last, seenAt: here };
  }
  return end;
}

function valueStart(text: string, lineAt: number): number {
  const first = skipped(text, lineAt, BULLETS);
  return skipped(text, skipped(text, first, KEY), PROPERTIES);
}

function startsEntry(text: string, at: number): boolean {
  ENTRY.lastIndex = at;
  return ENTRY.test(text);
}

function skipped(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};

/** −1 where the text ends first. */
function closingQuote(text: string, at: number): number {
  const quote = text.charAt(at);
  for (let here = at + 1; here < text.length; here += 1) {
    const char = text.charAt(here);
    if (quote === '"' && char === '\\') here += 1;
    else if (char === quote) {
      if (quote === '"' || text.charAt(here + 1) !== quote) return here;
      here += 1;
    }
  }
  return -1;
}
