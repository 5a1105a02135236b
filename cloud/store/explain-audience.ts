import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { ExplainedAudience } from '../core/explain.ts';
import type { MemberId } from '../core/ids.ts';
import { segmentsNamed } from '../core/segment/resolve.ts';
import type { SegmentExpr } from '../core/segment/types.ts';
import { shortfallOf } from '../core/shortfall.ts';
import { readSegments } from './campaigns.ts';
import { present, type StoreContext } from './context.ts';
import type { Refusal } from './explain-refusal.ts';
import { factsThen } from './facts-then.ts';

/**
 * Which conditions of the audience kept the member out of it, by what was known of them then. Nothing where the member
 * is forgotten, or a part of another one now: of what they were then nothing is left.
 */
export async function audienceShortfall(
  context: StoreContext,
  { member, visit, decidedAt }: Refusal,
  audience: SegmentExpr,
  timeZone: string,
): Promise<ExplainedAudience | undefined> {
  const segments = await readSegments(context.db);
  const now = epochMs(decidedAt);
  const facts = await factsThen(context.db, member as MemberId, visit ?? undefined, now);
  if (facts === undefined) return undefined;
  const changed = await changedSince(context, reachedSegments(audience, segments), now);
  return {
    ...shortfallOf(audience, segments, facts, { now, timeZone }),
    ...present({ segmentsChangedAt: changed }),
  };
}

/** Ids of all segments an audience comes to, by way of others or not. */
function reachedSegments(audience: SegmentExpr, segments: ReadonlyMap<string, SegmentExpr>): string[] {
  const reached = new Set<string>();
  const open = segmentsNamed(audience);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const who = segments.get(id);
    if (reached.has(id) || who === undefined) continue;
    reached.add(id);
    open.push(...segmentsNamed(who));
  }
  return [...reached];
}

/** When one of these was changed last, if that was after `then`. */
async function changedSince(
  { db }: StoreContext,
  segments: readonly string[],
  then: EpochMs,
): Promise<number | undefined> {
  if (segments.length === 0) return undefined;
  const newest = await db
    .selectFrom('document')
    .select('updated_at')
    .where('kind', '=', 'Segment')
    .where('id', 'in', segments)
    .where('updated_at', '>', then)
    .orderBy('updated_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return newest?.updated_at;
}
