import {
  afterEnd,
  closesAnother,
  match,
  noKey,
  noValue,
  peek,
  type Reader,
  Stumbled,
  skip,
  strangerAfter,
  stumble,
  unclosed,
  wrongCloser,
} from './json-stumble.ts';
import type { JsonTrouble, Opener } from './json-trouble.ts';

/** A value of a JSON text and where it stands in it. */
export interface JsonNode {
  readonly at: number;
  /** Of a list, by number; of an object, by name. Where a name stands twice, the last one counts, as for `JSON.parse`. */
  readonly parts: ReadonlyMap<string | number, JsonNode>;
}

export type JsonRead =
  | { readonly ok: true; readonly root: JsonNode }
  | { readonly ok: false; readonly trouble: JsonTrouble };

/** Deeper than any message; whoever reads by recursion must stop somewhere. */
const MOST_DEPTH = 500;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NAME = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const CLOSER: Readonly<Record<Opener, string>> = { '{': '}', '[': ']' };

/**
 * Reads JSON for the places of its values, or for the first mistake in it. `undefined` where it lies deeper than anybody
 * writes. What is read here is what `JSON.parse` takes; it only has better words, and is a hundred times slower.
 */
export function readJson(text: string): JsonRead | undefined {
  const reader: Reader = { text, at: 0, open: [], suspect: undefined };
  try {
    skip(reader);
    if (reader.at === text.length) return { ok: false, trouble: { kind: 'empty', at: 0 } };
    const root = value(reader);
    skip(reader);
    if (reader.at < text.length) afterEnd(reader, root.at);
    return { ok: true, root };
  } catch (stumbled) {
    if (stumbled instanceof Stumbled) return { ok: false, trouble: stumbled.trouble };
    if (stumbled instanceof RangeError) return undefined;
    throw stumbled;
  }
}

function value(reader: Reader): JsonNode {
  const { at } = reader;
  const first = peek(reader);
  if (first === '{' || first === '[') return collection(reader, first);
  if (first === '"') string(reader);
  else if (match(reader, NAME) === '' && match(reader, NUMBER) === '') noValue(reader);
  return { at, parts: new Map() };
}

function collection(reader: Reader, opener: Opener): JsonNode {
  const { at, open } = reader;
  if (open.length >= MOST_DEPTH) throw new RangeError('too deep');
  open.push({ opener, at });
  reader.at += 1;
  const parts = new Map<string | number, JsonNode>();
  skip(reader);
  let last: JsonNode | undefined;
  if (peek(reader) !== CLOSER[opener]) {
    do {
      const name = opener === '{' ? key(reader, last?.at) : parts.size;
      last = value(reader);
      parts.set(name, last);
    } while (anotherFollows(reader, opener, last));
  }
  reader.suspect ??= closesAnother(reader, at) ? { opener, at } : undefined;
  reader.at += 1;
  open.pop();
  return { at, parts };
}

/** After a part: whether a comma and another part follow. Leaves the reader at the part, or at the closer. */
function anotherFollows(reader: Reader, opener: Opener, last: JsonNode): boolean {
  const end = reader.at;
  skip(reader);
  const comma = reader.at;
  const found = peek(reader);
  if (found === CLOSER[opener]) return false;
  if (found === ',') {
    reader.at += 1;
    skip(reader);
    if (peek(reader) === CLOSER[opener]) stumble({ kind: 'comma-extra', at: comma });
    return true;
  }
  if (found === '') unclosed(reader);
  if (found === ':') stumble({ kind: 'unopened', at: last.at, opener: '{' });
  if (found === '}' || found === ']') wrongCloser(reader, found);
  return stumble(strangerAfter(reader, end) ?? { kind: 'comma-missing', at: end });
}

function key(reader: Reader, lastAt: number | undefined): string {
  const { text, at } = reader;
  if (peek(reader) !== '"') noKey(reader, lastAt);
  string(reader);
  const name = String(JSON.parse(text.slice(at, reader.at)));
  const end = reader.at;
  skip(reader);
  if (peek(reader) !== ':') stumble(strangerAfter(reader, end) ?? { kind: 'colon-missing', at: end });
  reader.at += 1;
  skip(reader);
  return name;
}

function string(reader: Reader): void {
  const { text, at } = reader;
  for (reader.at += 1; peek(reader) !== '"'; ) {
    const found = peek(reader);
    if (found < ' ') stumble({ kind: 'text-unclosed', at });
    if (found !== '\\') reader.at += 1;
    else if (match(reader, ESCAPE) === '') {
      stumble({ kind: 'wrong-escape', at: reader.at, found: text.slice(reader.at, reader.at + 2) });
    }
  }
  reader.at += 1;
}
