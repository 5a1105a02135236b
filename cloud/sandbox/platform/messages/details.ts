import type { z } from 'zod';

/** One entry of `details` in a 400 answer. */
export interface ErrorDetail {
  readonly message: string;
  readonly property: string;
}

/** What is wrong with messages, in the two forms LINE has for it. */
export type MessageErrors =
  | { readonly kind: 'objects'; readonly details: readonly ErrorDetail[] }
  /** The first message whose Flex container is wrong; properties are JSON pointers within that container. */
  | { readonly kind: 'flex'; readonly index: number; readonly details: readonly ErrorDetail[] };

/** Flex containers are only looked at once the objects around them are right. */
export function messageErrors(error: z.ZodError): MessageErrors {
  const objects = error.issues.filter((issue) => flexProperty(issue) === undefined);
  if (objects.length > 0) {
    const details = objects.map((issue) => ({ message: messageOf(issue), property: propertyPath(issue.path) }));
    return { kind: 'objects', details };
  }
  const index = Math.min(...error.issues.map(indexOf));
  const details = error.issues
    .filter((issue) => indexOf(issue) === index)
    .map((issue) => ({ message: issue.message, property: flexProperty(issue) ?? '/' }));
  return { kind: 'flex', index, details };
}

const indexOf = ({ path }: z.core.$ZodIssue): number => Number(path.find((key) => typeof key === 'number') ?? 0);

const flexProperty = (issue: z.core.$ZodIssue): string | undefined =>
  issue.code === 'custom' && typeof issue.params?.['flexProperty'] === 'string'
    ? issue.params['flexProperty']
    : undefined;

/** A place such as `messages[0].text`. */
export const propertyPath = (path: readonly PropertyKey[]): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`)).join('');

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined || issue.input === null
        ? 'May not be empty'
        : `Must be of type ${issue.expected}`;
    case 'invalid_value':
      return `Must be one of the following values: [${issue.values.map(String).join(', ')}]`;
    case 'invalid_union': {
      const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
      return options.length > 0
        ? `Must be one of the following values: [${options.map(String).join(', ')}]`
        : 'Unknown type';
    }
    default:
      return issue.message;
  }
}
