import { accept, type Result, reject } from '../../../protocol/result.ts';
import type { SegmentExpr } from './types.ts';

export type ResolveRejectCode = 'unknown-segment' | 'segment-cycle';

/** The expression with every `{ segment: id }` replaced by what that segment says. */
export function resolveAudience(
  expr: SegmentExpr,
  segments: ReadonlyMap<string, SegmentExpr>,
): Result<SegmentExpr, ResolveRejectCode> {
  return resolve(expr, segments, []);
}

function resolve(
  expr: SegmentExpr,
  segments: ReadonlyMap<string, SegmentExpr>,
  within: readonly string[],
): Result<SegmentExpr, ResolveRejectCode> {
  if ('segment' in expr) {
    const id = expr.segment;
    if (within.includes(id)) return reject('segment-cycle', `segments go in a circle: ${[...within, id].join(' → ')}`);
    const meant = segments.get(id);
    if (meant === undefined) return reject('unknown-segment', `there is no segment "${id}"`);
    return resolve(meant, segments, [...within, id]);
  }
  if ('not' in expr) {
    const inner = resolve(expr.not, segments, within);
    return inner.ok ? accept({ not: inner.value }) : inner;
  }
  const key = 'all' in expr ? 'all' : 'any' in expr ? 'any' : undefined;
  if (key === undefined) return accept(expr);
  const parts = 'all' in expr ? expr.all : 'any' in expr ? expr.any : [];
  const resolved: SegmentExpr[] = [];
  for (const part of parts) {
    const one = resolve(part, segments, within);
    if (!one.ok) return one;
    resolved.push(one.value);
  }
  return accept(key === 'all' ? { all: resolved } : { any: resolved });
}

/** Ids of the segments an expression names itself, each once. */
export function segmentsNamed(expr: SegmentExpr): string[] {
  if ('segment' in expr) return [expr.segment];
  if ('not' in expr) return segmentsNamed(expr.not);
  const parts = 'all' in expr ? expr.all : 'any' in expr ? expr.any : [];
  return [...new Set(parts.flatMap(segmentsNamed))];
}
