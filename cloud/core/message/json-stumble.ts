import { type JsonTrouble, type Opener, strangerAt } from './json-trouble.ts';

/** A JSON text being read, and what may be wrong where reading stumbles. */
export interface Reader {
  readonly text: string;
  at: number;
  /** What is open, innermost last. */
  readonly open: Opened[];
  /** What was closed by a bracket that looks like another's. */
  suspect: Opened | undefined;
}

export interface Opened {
  readonly opener: Opener;
  readonly at: number;
}

const SPACE = /[ \t\r\n]*/y;

export function match(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  const [found = ''] = pattern.exec(reader.text) ?? [];
  reader.at += found.length;
  return found;
}

export const skip = (reader: Reader): string => match(reader, SPACE);
export const peek = ({ text, at }: Reader): string => text.charAt(at);

/** Ends the reading, however deep it is. */
export class Stumbled extends Error {
  readonly trouble: JsonTrouble;
  constructor(trouble: JsonTrouble) {
    super(trouble.kind);
    this.trouble = trouble;
  }
}

export const stumble = (trouble: JsonTrouble): never => {
  throw new Stumbled(trouble);
};

export function noValue(reader: Reader): never {
  const { text, at } = reader;
  if (at === text.length) unclosed(reader);
  return stumble(strangerAt(text, at) ?? { kind: 'value-missing', at });
}

/** `lastAt`: of the value before, if any. Where objects follow one another, they should stand in a list. */
export function noKey(reader: Reader, lastAt: number | undefined): never {
  const { text, at, open } = reader;
  const found = peek(reader);
  if (found === '') unclosed(reader);
  if (found === ']') wrongCloser(reader, found);
  const [here] = open.slice(-1);
  if (found === '{' && lastAt !== undefined && here !== undefined) {
    return stumble(
      text.charAt(lastAt) === '{'
        ? { kind: 'unopened', at: lastAt, opener: '[' }
        : { kind: 'unclosed', at: here.at, opener: here.opener },
    );
  }
  return stumble(strangerAt(text, at) ?? { kind: 'value-missing', at });
}

/** What a missing comma or colon would not explain. `end`: of what stands before. */
export function strangerAfter({ text, at }: Reader, end: number): JsonTrouble | undefined {
  const stranger = strangerAt(text, at);
  if (stranger?.kind === 'full-width' || stranger?.kind === 'comment') return stranger;
  return stranger?.kind === 'bare-word' && at === end && text.charAt(at - 1) === '"'
    ? { kind: 'text-ended', at }
    : undefined;
}

export function unclosed({ open, text, suspect }: Reader): never {
  const last = suspect ?? open.at(-1);
  return stumble(
    last === undefined
      ? { kind: 'value-missing', at: text.length }
      : { kind: 'unclosed', at: last.at, opener: last.opener },
  );
}

export function wrongCloser({ open, at }: Reader, closer: string): never {
  const last = open.at(-1);
  return stumble(
    last === undefined
      ? { kind: 'after-end', at }
      : { kind: 'wrong-closer', at, opener: last.opener, openedAt: last.at, closer },
  );
}

export function afterEnd(reader: Reader, rootAt: number): never {
  if (peek(reader) === ':') stumble({ kind: 'unopened', at: rootAt, opener: '{' });
  return stumble(strangerAfter(reader, reader.at) ?? { kind: 'after-end', at: reader.at });
}

/** A bracket that begins its line further out than the line it would close has probably been meant for another. */
export function closesAnother({ text, at }: Reader, openedAt: number): boolean {
  let from = at;
  while (' \t\r'.includes(text.charAt(from - 1)) && from > 0) from -= 1;
  // A template may be one long line, which is not to be read again for each bracket in it.
  if (from > 0 && text.charAt(from - 1) !== '\n') return false;
  const opening = text.slice(text.lastIndexOf('\n', openedAt - 1) + 1, openedAt);
  return at - from < opening.length - opening.trimStart().length;
}
