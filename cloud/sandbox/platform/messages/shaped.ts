import { z } from 'zod';
import { type ShapeOptions, type ShapeProblem, shapeProblems } from './shape.ts';

/**
 * `schema` and, before it, the shape LINE's API description gives the type called `name`. LINE tells of everything at
 * once; where the shape is wrong already, the limits have nothing to add. LINE passes over a field it does not know, but
 * for Flex containers, which are judged by themselves.
 */
export const shaped = <S extends z.ZodType>(name: string, schema: S, options: ShapeOptions = {}) =>
  z.any().transform((value, context): z.output<S> => {
    const shape = shapeProblems(name, value, options);
    const parsed = schema.safeParse(value, { reportInput: true });
    const limits = parsed.error?.issues.filter(({ path }) => !shape.some((it) => within(path, it.path))) ?? [];
    const issues = [
      ...shape.map((problem) => ({ code: 'custom' as const, message: sentenceOf(problem), path: [...problem.path] })),
      ...limits,
    ];
    for (const issue of issues.sort(byPlace)) context.issues.push({ ...issue, input: value });
    return parsed.data ?? z.NEVER;
  });

/** Whether a place is this other one, holds it, or is held by it. */
const within = (place: readonly PropertyKey[], other: readonly PropertyKey[]): boolean =>
  place.slice(0, other.length).every((key, i) => key === other[i]);

/** By the item of the list they are about, in the order they came. */
const byPlace = (one: { path: PropertyKey[] }, other: { path: PropertyKey[] }): number =>
  Number(one.path[0]) - Number(other.path[0]) || 0;

function sentenceOf({ is }: ShapeProblem): string {
  switch (is.kind) {
    case 'missing':
      return 'May not be empty';
    case 'not-a':
      return `Must be of type ${is.wanted}`;
    case 'not-one-of':
      return `Must be one of the following values: [${is.words.join(', ')}]`;
    case 'unknown':
      return 'Unknown property';
    default:
      return is satisfies never;
  }
}
