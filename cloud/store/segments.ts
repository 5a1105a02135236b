import type { SegmentExpr } from '../core/segment/types.ts';
import { newestVersions } from './campaigns.ts';
import type { StoreContext } from './context.ts';

/** Segments as applied. */
export const segmentRows = ({ db }: Pick<StoreContext, 'db'>) => ({
  /** Each with its condition, and the campaigns that have not ended and reach it, by way of other segments or not. */
  async list() {
    const rows = await db.selectFrom('document').selectAll().where('kind', '=', 'Segment').orderBy('id').execute();
    const segments = rows.map(({ id, name, spec }) => ({ id, name, ...(JSON.parse(spec) as { who: SegmentExpr }) }));
    const named = new Map(segments.map(({ id, who }) => [id, namedIn(who)]));
    const campaigns = await newestVersions(db).where('campaign.state', '!=', 'ended').orderBy('campaign.id').execute();
    const reached = campaigns.map(({ id, spec }) => {
      const { audience } = JSON.parse(spec) as { readonly audience?: SegmentExpr };
      return { id, segments: audience === undefined ? new Set<string>() : closure(namedIn(audience), named) };
    });
    return segments.map((segment) => ({
      ...segment,
      campaigns: reached.filter(({ segments: theirs }) => theirs.has(segment.id)).map(({ id }) => id),
    }));
  },
});

function namedIn(expr: SegmentExpr): string[] {
  if ('segment' in expr) return [expr.segment];
  if ('not' in expr) return namedIn(expr.not);
  if ('all' in expr) return expr.all.flatMap(namedIn);
  return 'any' in expr ? expr.any.flatMap(namedIn) : [];
}

function closure(from: readonly string[], named: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    open.push(...(named.get(id) ?? []));
  }
  return reached;
}
