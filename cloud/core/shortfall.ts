import type { EpochMs } from '../../protocol/units.ts';
import type { ExplainedAudience, ExplainedRule } from './explain.ts';
import { type FailedRule, failedRules, segmentAt } from './segment/failed.ts';
import { resolveAudience } from './segment/resolve.ts';
import type { MemberFacts, SegmentExpr } from './segment/types.ts';

/** Which conditions of an audience, as it is written, keep somebody with these facts out of it. */
export function shortfallOf(
  audience: SegmentExpr,
  segments: ReadonlyMap<string, SegmentExpr>,
  facts: MemberFacts,
  { now, timeZone }: { readonly now: EpochMs; readonly timeZone: string },
): ExplainedAudience {
  const resolved = resolveAudience(audience, segments);
  if (!resolved.ok) return { kind: 'audience', failed: [], unresolved: resolved.reject.detail };
  const told = ({ path, ...rule }: FailedRule): ExplainedRule => {
    const segment = segmentAt(audience, segments, path);
    return { path: path.join('.'), ...rule, ...(segment !== undefined && { segment }) };
  };
  const failed = failedRules(resolved.value, facts, now, timeZone);
  return { kind: 'audience', failed: failed.map((rules) => rules.map(told)) };
}
