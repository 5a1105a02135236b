import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import { windowStart } from '../calendar.ts';
import type { FactKind, FactNeeds, SegmentExpr, SegmentLeaf } from './types.ts';

/** Which facts must be loaded before any of these expressions can be weighed, and no more. */
export function factsNeeded(
  asking: readonly { readonly audience: SegmentExpr; readonly timeZone: string }[],
  now: EpochMs,
): FactNeeds {
  const kinds = new Set<FactKind>();
  let visitsSince: number | undefined = Infinity;
  for (const { audience, timeZone } of asking) {
    for (const leaf of leavesOf(audience)) {
      const kind = kindOf(leaf);
      if (kind === undefined) continue;
      kinds.add(kind);
      if (kind !== 'visits') continue;
      const within = 'visits' in leaf ? leaf.visits.within : 'lastVisit' in leaf ? leaf.lastVisit.within : undefined;
      if (within === undefined) visitsSince = undefined;
      else if (visitsSince !== undefined) visitsSince = Math.min(visitsSince, windowStart(now, within, timeZone));
    }
  }
  return {
    kinds,
    ...(visitsSince !== undefined && visitsSince !== Infinity && { visitsSince: epochMs(visitsSince) }),
  };
}

function leavesOf(expr: SegmentExpr): SegmentLeaf[] {
  if ('all' in expr) return expr.all.flatMap(leavesOf);
  if ('any' in expr) return expr.any.flatMap(leavesOf);
  if ('not' in expr) return leavesOf(expr.not);
  if ('segment' in expr) throw new Error(`segment "${expr.segment}" was not resolved`);
  return [expr];
}

function kindOf(leaf: SegmentLeaf): FactKind | undefined {
  if ('tag' in leaf) return 'tags';
  if ('tier' in leaf) return 'tier';
  if ('attribute' in leaf) return 'attributes';
  if ('firstSeen' in leaf) return 'firstSeen';
  if ('lastVisit' in leaf || 'visits' in leaf) return 'visits';
  if ('holds' in leaf || 'used' in leaf) return 'coupons';
  if ('consent' in leaf) return 'consents';
  return 'birthday' in leaf ? 'birthday' : undefined;
}
