import type { AttributeValue, Comparison } from './types.ts';

/**
 * Whether a value passes every operator given. A value that is absent passes none but `exists: false`; values of
 * different types are never equal and never in order, so that `"20" < 100` is nobody's surprise.
 */
export function compares(rule: Comparison, value: AttributeValue | undefined): boolean {
  if (rule.exists !== undefined && rule.exists !== (value !== undefined)) return false;
  const { eq, gt, gte, lt, lte } = rule;
  const compared = [eq, rule.in, gt, gte, lt, lte].some((operand) => operand !== undefined);
  if (value === undefined) return rule.exists === false && !compared;
  return (
    (eq === undefined || value === eq) &&
    (rule.in === undefined || rule.in.includes(value)) &&
    inOrder(value, gt, (order) => order > 0) &&
    inOrder(value, gte, (order) => order >= 0) &&
    inOrder(value, lt, (order) => order < 0) &&
    inOrder(value, lte, (order) => order <= 0)
  );
}

function inOrder(
  value: AttributeValue,
  bound: number | string | undefined,
  passes: (order: number) => boolean,
): boolean {
  if (bound === undefined) return true;
  if (typeof value !== typeof bound) return false;
  return passes(value < bound ? -1 : value > bound ? 1 : 0);
}
