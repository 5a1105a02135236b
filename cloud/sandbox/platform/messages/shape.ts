import { LINE_SHAPES } from './line-shapes.ts';

/** Whether a value has the shape that LINE's API description gives a type: its fields, their kinds, its words. */
export interface ShapeProblem {
  readonly path: readonly (string | number)[];
  readonly is: Wrong;
}

export type Wrong =
  | { readonly kind: 'missing' }
  /** A field the type does not have. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not-a'; readonly wanted: string }
  | { readonly kind: 'not-one-of'; readonly words: readonly string[] };

type Type =
  | { readonly kind: 'string' | 'number' | 'boolean' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'list' | 'table'; readonly of: Type }
  | { readonly kind: 'named'; readonly names: readonly string[] };

interface Field {
  readonly required: boolean;
  readonly type: Type;
}
type Fields = ReadonlyMap<string, Field>;

/** Object types by name, and the names that stand for one of several. */
const { objects, choices } = read(LINE_SHAPES);

export interface ShapeOptions {
  /** A field LINE does not know is a problem. */
  readonly strict?: boolean;
  /** Types that are not looked into. */
  readonly except?: string;
}

/** What of `value` does not fit the type called `name`, or a list of them (`name[]`), in reading order. */
export function shapeProblems(name: string, value: unknown, options: ShapeOptions = {}): ShapeProblem[] {
  const problems: ShapeProblem[] = [];
  check(typeFrom(name), value, [], options, problems);
  return problems;
}

function check(
  type: Type,
  value: unknown,
  path: readonly (string | number)[],
  options: ShapeOptions,
  problems: ShapeProblem[],
): void {
  const wrong = (is: Wrong): void => void problems.push({ path, is });
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      if (typeof value !== type.kind) wrong({ kind: 'not-a', wanted: type.kind });
      return;
    case 'words':
      if (typeof value !== 'string' || !type.words.includes(value)) wrong({ kind: 'not-one-of', words: type.words });
      return;
    case 'list':
      if (!Array.isArray(value)) wrong({ kind: 'not-a', wanted: 'array' });
      else for (const [i, item] of value.entries()) check(type.of, item, [...path, i], options, problems);
      return;
    case 'table':
      if (!isRecord(value)) wrong({ kind: 'not-a', wanted: 'object' });
      else for (const [key, item] of Object.entries(value)) check(type.of, item, [...path, key], options, problems);
      return;
    case 'named':
      if (options.except === undefined || !type.names.includes(options.except)) {
        checkNamed(type.names, value, path, options, problems);
      }
  }
}

function checkNamed(
  names: readonly string[],
  value: unknown,
  path: readonly (string | number)[],
  options: ShapeOptions,
  problems: ShapeProblem[],
): void {
  const among = names.flatMap((name) => choices.get(name) ?? [name]);
  const words = among.flatMap((name) => (name.startsWith("'") ? name.slice(1, -1) : []));
  const wrong = (at: readonly string[], is: Wrong): void => void problems.push({ path: [...path, ...at], is });
  if (words.length > 0) {
    check({ kind: 'words', words }, value, path, options, problems);
    return;
  }
  if (!isRecord(value)) {
    wrong([], { kind: 'not-a', wanted: 'object' });
    return;
  }
  const fields = among.length === 1 ? objects.get(among[0] ?? '') : byType(among, value['type']);
  if (fields === undefined) {
    const missing = value['type'] === undefined;
    wrong(['type'], missing ? { kind: 'missing' } : { kind: 'not-one-of', words: among.flatMap(typeOf) });
    return;
  }
  for (const [key, { required, type }] of fields) {
    const given = value[key];
    if (given !== undefined && given !== null) check(type, given, [...path, key], options, problems);
    else if (required) wrong([key], { kind: 'missing' });
  }
  if (options.strict !== true) return;
  for (const key of Object.keys(value)) {
    if (!fields.has(key)) wrong([key], { kind: 'unknown' });
  }
}

/** The one of several types whose `type` is this word. */
const byType = (names: readonly string[], word: unknown): Fields | undefined => {
  const name = names.find((it) => typeof word === 'string' && typeOf(it).includes(word));
  return name === undefined ? undefined : objects.get(name);
};

const typeOf = (name: string): readonly string[] => {
  const type = objects.get(name)?.get('type')?.type;
  return type?.kind === 'words' ? type.words : [];
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The notation of `line-shapes.ts`. */
function read(text: string) {
  const objects = new Map<string, Map<string, Field>>();
  const choices = new Map<string, readonly string[]>();
  let fields = new Map<string, Field>();
  for (const line of text.split('\n')) {
    const [, name = '', optional, type = ''] = /^ {2}(\w+)(\?)?: (.+)$/.exec(line) ?? [];
    if (name !== '') {
      fields.set(name, { required: optional === undefined, type: typeFrom(type) });
      continue;
    }
    const [own = '', among] = line.split(' = ');
    if (among !== undefined) choices.set(own, among.split(' | '));
    else if (own !== '') {
      fields = new Map();
      objects.set(own, fields);
    }
  }
  return { objects, choices };
}

function typeFrom(text: string): Type {
  if (text.endsWith('[]')) return { kind: 'list', of: typeFrom(text.slice(0, -2)) };
  if (text.startsWith('{')) return { kind: 'table', of: typeFrom(text.slice(1, -1)) };
  if (text === 'string' || text === 'number' || text === 'boolean') return { kind: text };
  const names = text.split(' | ');
  if (text.startsWith("'")) return { kind: 'words', words: names.map((it) => it.slice(1, -1)) };
  return { kind: 'named', names };
}
