import { z } from 'zod';
import { WEEKDAYS } from '../calendar.ts';
import type { SegmentExpr } from '../segment/types.ts';
import { DurationField, header, PatternField, SlugField } from './fields.ts';
import { says } from './says.ts';

/** `kind: Segment`, and the `audience` of a campaign: who is meant, as data. */

/** Deeper than anybody writes by hand, and shallow enough for every recursion over it. */
const MOST_DEPTH = 20;

const expressions = z.lazy((): z.ZodType<SegmentExpr> => ExprField);
const name = z.string().min(1).max(64);
const value = z.union([z.string(), z.number(), z.boolean()]);
const ordered = z.union([z.number(), z.string()]).optional();
const comparison = {
  eq: value.optional().meta(says('is this', '等於')),
  in: z.array(value).min(1).optional().meta(says('is one of these', '是其中之一')),
  gt: ordered.meta(says('more, or later', '大於')),
  gte: ordered.meta(says('at least', '大於或等於')),
  lt: ordered.meta(says('less, or earlier', '小於')),
  lte: ordered.meta(says('at most', '小於或等於')),
  exists: z.boolean().optional().meta(says('whether it is known at all', '是否有值')),
};
const OPERATORS = Object.keys(comparison);
const recency = {
  within: DurationField.optional().meta(says('not longer ago than this', '在這段期間內')),
  olderThan: DurationField.optional().meta(says('longer ago than this', '早於這段期間')),
};
const stores = z.array(PatternField).min(1).optional().meta(says('at these stores only', '只計這些門市'));

const comparesSomething = (given: object): boolean => Object.keys(given).some((key) => OPERATORS.includes(key));
const needOperator = `compare with one of ${OPERATORS.join(', ')}`;
const oneOfBoth = (given: { within?: unknown; olderThan?: unknown }): boolean =>
  (given.within === undefined) !== (given.olderThan === undefined);
const needRecency = 'write either within or olderThan';

const ExprField: z.ZodType<SegmentExpr> = z
  .strictObject({
    all: z.array(expressions).min(1).optional().meta(says('every one of these holds', '全部符合')),
    any: z.array(expressions).min(1).optional().meta(says('at least one of these holds', '符合任一項')),
    not: expressions.optional().meta(says('this does not hold', '不符合')),
    segment: SlugField.optional().meta(says('who is in that segment', '屬於該客群')),
    tag: name.optional().meta(says('who has this tag', '有此標記')),
    tier: z
      .union([name.transform((eq) => ({ eq })), z.strictObject(comparison).refine(comparesSomething, needOperator)])
      .optional()
      .meta(says('whose tier is this', '會員等級')),
    attribute: z
      .strictObject({ name: name.meta(says('its name, e.g. shoe_size', '名稱，例如 shoe_size')), ...comparison })
      .refine(comparesSomething, needOperator)
      .optional()
      .meta(says('what they told in a form, or an import brought', '表單填寫或匯入的屬性')),
    lastVisit: z
      .strictObject({ ...recency, stores })
      .refine(oneOfBoth, needRecency)
      .optional()
      .meta(says('when they were last in a shop', '上次來店時間')),
    firstSeen: z
      .strictObject(recency)
      .refine(oneOfBoth, needRecency)
      .optional()
      .meta(says('when we met them first', '首次出現時間')),
    visits: z
      .strictObject({
        atLeast: z.int().nonnegative().optional().meta(says('so often or more', '至少幾次')),
        atMost: z.int().nonnegative().optional().meta(says('so often or less', '至多幾次')),
        within: DurationField.optional().meta(says('counted over this time', '計算期間')),
        stores,
      })
      .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, 'write atLeast or atMost')
      .optional()
      .meta(says('how often they came', '來店次數')),
    holds: z
      .strictObject({ campaign: PatternField.optional().meta(says('of this campaign', '這個活動的')) })
      .optional()
      .meta(says('who holds an unused coupon', '持有未使用的優惠券')),
    used: z
      .strictObject({
        campaign: PatternField.optional().meta(says('of this campaign', '這個活動的')),
        within: DurationField.optional().meta(says('not longer ago than this', '在這段期間內')),
      })
      .optional()
      .meta(says('who has used a coupon', '用過優惠券')),
    consent: name.optional().meta(says('who agrees to this purpose', '同意此用途')),
    birthday: z
      .union([
        z.enum(['today', 'this-month']),
        z.strictObject({ months: z.array(z.int().min(1).max(12)).min(1).meta(says('1 to 12', '1 到 12')) }),
      ])
      .optional()
      .meta(says('whose birthday is today, this month, or in these months', '生日是今天、本月，或這些月份')),
    today: z
      .strictObject({
        monthDays: z.array(z.int().min(1).max(31)).min(1).optional().meta(says('days of the month', '每月幾號')),
        weekdays: z.array(z.enum(WEEKDAYS)).min(1).optional().meta(says('weekdays', '星期')),
      })
      .refine((given) => Object.keys(given).length > 0, 'write monthDays or weekdays')
      .optional()
      .meta(says('not about the member but about the day', '與會員無關，只看今天')),
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
  spec: z.strictObject({ who: SegmentField.meta(says('the condition members meet', '會員須符合的條件')) }),
});
export type SegmentManifest = z.infer<typeof SegmentManifest>;
