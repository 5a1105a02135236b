import type { z } from 'zod';
import { Problem } from '../core/problem.ts';

/** A part of a request as `schema` has it. Throws {@link Problem} naming the field. */
export function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const { message, path } = issue === undefined ? UNKNOWN : meant(issue);
  throw new Problem('invalid', 'bad_request', message, { where: path.join('.') || 'request' });
}

interface Complaint {
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

const UNKNOWN: Complaint = { message: 'the request is not well formed', path: [] };

/** Of what may have several forms: what is wrong with the one it comes closest to. */
function meant(issue: z.core.$ZodIssue): Complaint {
  if (issue.code !== 'invalid_union') return issue;
  const [closest] = issue.errors.filter((issues) => issues.length > 0).sort((one, other) => one.length - other.length);
  const [first] = closest ?? [];
  if (first === undefined) return issue;
  const { message, path } = meant(first);
  return { message, path: [...issue.path, ...path] };
}
