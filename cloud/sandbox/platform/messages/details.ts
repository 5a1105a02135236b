import type { z } from 'zod';

/** One entry of `details` in a 400 answer. */
export interface ErrorDetail {
  readonly message: string;
  readonly property: string;
}

/** The issues of a failed parse as LINE lists them, with paths such as `messages[0].text`. */
export const errorDetails = (error: z.ZodError): ErrorDetail[] =>
  error.issues.map((issue) => ({ message: messageOf(issue), property: propertyPath(issue.path) }));

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
