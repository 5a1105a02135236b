import { own } from '../../../../../protocol/own.ts';

/**
 * How Flex containers are judged. LINE reads them after everything else in a request, with a stricter eye (a field it
 * does not know is an error here, nowhere else) and names places by JSON pointer from the container down. Which fields
 * there are and what kinds they have comes from LINE's API description; here is what that does not say.
 */
export interface FlexProblem {
  readonly message: string;
  /** JSON pointer within the container; `/` is the container itself. */
  readonly property: string;
}

/** Looks at one value; what is wrong goes to `problems`, with `at` as the place. Never throws. */
export type Check = (value: unknown, at: string, problems: FlexProblem[]) => void;

const say = (problems: FlexProblem[], at: string, message: string): void => {
  problems.push({ message, property: at === '' ? '/' : at });
};

/** A check by a yes or no; LINE has one sentence for nearly everything. */
export const must =
  (holds: (value: unknown) => boolean, message = 'invalid property'): Check =>
  (value, at, problems) => {
    if (!holds(value)) say(problems, at, message);
  };

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What these fields must be beyond their shape; `required` are those the description lets be missing. */
export const fields =
  (table: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, at, problems) => {
    if (!isRecord(value)) return;
    for (const key of required) if (value[key] === undefined) say(problems, `${at}/${key}`, 'must be specified');
    for (const [key, given] of Object.entries(value)) {
      const check = own(table, key);
      if (given !== undefined) check?.(given, `${at}/${key}`, problems);
    }
  };

/** An object whose `type` picks its check. A type that may not stand here is a problem of the whole object. */
export const variant =
  (table: () => Readonly<Record<string, Check>>): Check =>
  (value, at, problems) => {
    const type = isRecord(value) ? value['type'] : undefined;
    const check = typeof type === 'string' ? own(table(), type) : undefined;
    if (check === undefined) return say(problems, at, 'invalid property');
    check(value, at, problems);
  };

export const listOf =
  (item: Check, min = 0, max = Number.POSITIVE_INFINITY): Check =>
  (value, at, problems) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) return say(problems, at, 'invalid property');
    for (const [i, each] of value.entries()) item(each, `${at}/${i}`, problems);
  };

export const all =
  (...checks: readonly Check[]): Check =>
  (value, at, problems) => {
    for (const check of checks) check(value, at, problems);
  };

export const integer = (min: number): Check => must((it) => Number.isSafeInteger(it) && Number(it) >= min);
export const like = (pattern: RegExp): Check => must((it) => typeof it === 'string' && pattern.test(it));
/** 1 to `max` UTF-16 units. */
export const words = (max = Number.POSITIVE_INFINITY): Check =>
  all(
    must((it) => typeof it === 'string' && it.length > 0, 'must be non-empty text'),
    must((it) => typeof it !== 'string' || it.length <= max),
  );

/** One of `keywords`, or a length such as `12px` or `1.5%`. */
export const measure = (keywords: readonly string[], units: 'px' | 'px%' | '%'): Check => {
  const length = units === 'px' ? /^\d+(\.\d+)?px$/ : units === '%' ? /^\d+(\.\d+)?%$/ : /^-?\d+(\.\d+)?(px|%)$/;
  return must((it) => typeof it === 'string' && (keywords.includes(it) || length.test(it)));
};
