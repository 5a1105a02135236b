import { own } from '../../../protocol/own.ts';

/**
 * Shapes of message objects, small enough to be looked at before every decision: a template that a long name makes too
 * long must not become a coupon nobody is shown. LINE has the last say on everything no limit is documented for.
 */

/** One thing LINE would refuse, and where: `messages[0].template.actions[1].label`. */
export interface MessageProblem {
  readonly property: string;
  readonly message: string;
}

/** Notes what is wrong with `value`, which stands at `at`. */
export type Shape = (value: unknown, at: string, problems: MessageProblem[]) => void;

export type Fields = Readonly<Record<string, unknown>>;
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of UTF-16 units, which is what LINE counts. */
export const text =
  (most: number, least = 1): Shape =>
  (value, property, problems) => {
    if (typeof value === 'string' && value.length >= least && value.length <= most) return;
    const got = typeof value === 'string' ? `not ${value.length}` : `not ${nameOf(value)}`;
    problems.push({ property, message: `must be a text of ${least} to ${most} characters, ${got}` });
  };

/** Words without a limit of their own. */
export const said: Shape = (value, property, problems) => {
  if (typeof value === 'string' && value !== '') return;
  problems.push({ property, message: value === '' ? 'must not be empty' : `must be a text, not ${nameOf(value)}` });
};

const address =
  (most: number, form: RegExp, name: string): Shape =>
  (value, property, problems) => {
    const before = problems.length;
    text(most)(value, property, problems);
    if (problems.length === before && !form.test(String(value)))
      problems.push({ property, message: `must be ${name}` });
  };

/** What a tap opens. */
export const uri = address(
  1_000,
  /^(?:https?|line|tel):[\x21-\x7e]+$/i,
  'an address that begins with http:, https:, line: or tel:, other characters percent-encoded',
);
/** Where a picture or film lies. */
export const httpsUrl = address(2_000, /^https:\/\/\S+$/, 'an address that begins with https://');

export const listOf =
  (item: Shape, least: number, most: number): Shape =>
  (value, property, problems) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      const got = Array.isArray(value) ? value.length : nameOf(value);
      problems.push({ property, message: `must be a list of ${least} to ${most}, not ${got}` });
      return;
    }
    for (const [index, each] of value.entries()) item(each, `${property}[${index}]`, problems);
  };

/** Fields that must be there; of `may`, those that are. What is not named is LINE's business. */
export const fields =
  (must: Readonly<Record<string, Shape>>, may: Readonly<Record<string, Shape>> = {}): Shape =>
  (value, property, problems) => {
    if (!isFields(value)) {
      problems.push({ property, message: `must be an object, not ${nameOf(value)}` });
      return;
    }
    for (const [name, shape] of Object.entries(must)) shape(value[name], `${property}.${name}`, problems);
    for (const [name, shape] of Object.entries(may)) {
      if (value[name] !== undefined) shape(value[name], `${property}.${name}`, problems);
    }
  };

/** Objects of several kinds, told apart by their `type`. */
export const byType =
  (kinds: Readonly<Record<string, Shape>>): Shape =>
  (value, property, problems) => {
    const type = isFields(value) ? value['type'] : undefined;
    const shape = typeof type === 'string' ? own(kinds, type) : undefined;
    if (shape !== undefined) shape(value, property, problems);
    else {
      const known = Object.keys(kinds).join(', ');
      problems.push({ property: `${property}.type`, message: `must be one of ${known}, not ${nameOf(type)}` });
    }
  };

export const all =
  (...shapes: readonly Shape[]): Shape =>
  (value, property, problems) => {
    for (const shape of shapes) shape(value, property, problems);
  };

export const anything: Shape = () => undefined;

const nameOf = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return `"${value.slice(0, 40)}"`;
  return Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value;
};
