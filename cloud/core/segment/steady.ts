import type { SegmentExpr } from './types.ts';

/** Whether who is meant stays so until somebody changes what is known of them: no clock and no visit has a say in it. */
export function isSteady(expr: SegmentExpr): boolean {
  if ('all' in expr) return expr.all.every(isSteady);
  if ('any' in expr) return expr.any.every(isSteady);
  if ('not' in expr) return isSteady(expr.not);
  return 'tag' in expr || 'tier' in expr || 'attribute' in expr || 'consent' in expr;
}
