import type { z } from 'zod';
import { Problem } from '../core/problem.ts';

/** A part of a request as `schema` has it. Throws {@link Problem} naming the field. */
export function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Problem('invalid', 'bad_request', issue?.message ?? 'the request is not well formed', {
    where: issue?.path.join('.') || 'request',
  });
}
