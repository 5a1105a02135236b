import { z } from 'zod';
import { WEEKDAYS } from '../calendar.ts';
import type { SegmentExpr } from '../segment/types.ts';
import { DurationField, header, PatternField, SlugField } from './fields.ts';

/** `kind: Segment`, and the `audience` of a campaign: who is meant, as data. */

/** Deeper than anybody writes by hand, and shallow enough for every recursion over it. */
const MOST_DEPTH = 20;

const expressions = z.lazy((): z.ZodType<SegmentExpr> => ExprField);
const name = z.string().min(1).max(64);
const value = z.union([z.string(), z.number(), z.boolean()]);
const ordered = z.union([z.number(), z.string()]).optional();
const comparison = {
  eq: value.optional(),
  in: z.array(value).min(1).optional(),
  gt: ordered,
  gte: ordered,
  lt: ordered,
  lte: ordered,
  exists: z.boolean().optional(),
};
const OPERATORS = Object.keys(comparison);
const recency = { within: DurationField.optional(), olderThan: DurationField.optional() };
const stores = z.array(PatternField).min(1).optional();

const comparesSomething = (given: object): boolean => Object.keys(given).some((key) => OPERATORS.includes(key));
const needOperator = `compare with one of ${OPERATORS.join(', ')}`;
const oneOfBoth = (given: { within?: unknown; olderThan?: unknown }): boolean =>
  (given.within === undefined) !== (given.olderThan === undefined);
const needRecency = 'write either within or olderThan';

const ExprField: z.ZodType<SegmentExpr> = z
  .strictObject({
    all: z.array(expressions).min(1).optional(),
    any: z.array(expressions).min(1).optional(),
    not: expressions.optional(),
    segment: SlugField.optional(),
    tag: name.optional(),
    tier: z
      .union([name.transform((eq) => ({ eq })), z.strictObject(comparison).refine(comparesSomething, needOperator)])
      .optional(),
    attribute: z
      .strictObject({ name, ...comparison })
      .refine(comparesSomething, needOperator)
      .optional(),
    lastVisit: z
      .strictObject({ ...recency, stores })
      .refine(oneOfBoth, needRecency)
      .optional(),
    firstSeen: z.strictObject(recency).refine(oneOfBoth, needRecency).optional(),
    visits: z
      .strictObject({
        atLeast: z.int().nonnegative().optional(),
        atMost: z.int().nonnegative().optional(),
        within: DurationField.optional(),
        stores,
      })
      .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, 'write atLeast or atMost')
      .optional(),
    holds: z.strictObject({ campaign: PatternField.optional() }).optional(),
    used: z.strictObject({ campaign: PatternField.optional(), within: DurationField.optional() }).optional(),
    consent: name.optional(),
    birthday: z
      .union([z.enum(['today', 'this-month']), z.strictObject({ months: z.array(z.int().min(1).max(12)).min(1) })])
      .optional(),
    today: z
      .strictObject({
        monthDays: z.array(z.int().min(1).max(31)).min(1).optional(),
        weekdays: z.array(z.enum(WEEKDAYS)).min(1).optional(),
      })
      .refine((given) => Object.keys(given).length > 0, 'write monthDays or weekdays')
      .optional(),
  })
  .refine((given) => Object.keys(given).length === 1, 'one condition each; join several with all or any')
  .transform((given) => given as unknown as SegmentExpr);

const depth = (expr: SegmentExpr): number => {
  if ('not' in expr) return 1 + depth(expr.not);
  const parts = 'all' in expr ? expr.all : 'any' in expr ? expr.any : [];
  return 1 + Math.max(0, ...parts.map(depth));
};

export const SegmentField = ExprField.refine((expr) => depth(expr) <= MOST_DEPTH, {
  message: `conditions may stand at most ${MOST_DEPTH} deep in one another`,
});

export const SegmentManifest = z.strictObject({
  ...header('Segment'),
  spec: z.strictObject({ who: SegmentField }),
});
export type SegmentManifest = z.infer<typeof SegmentManifest>;
