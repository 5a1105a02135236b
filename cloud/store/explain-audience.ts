import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { ExplainedAudience } from '../core/explain.ts';
import type { MemberId } from '../core/ids.ts';
import { segmentsNamed } from '../core/segment/resolve.ts';
import type { MemberFacts, SegmentExpr } from '../core/segment/types.ts';
import { shortfallOf } from '../core/shortfall.ts';
import { readSegments } from './campaigns.ts';
import { present, type StoreContext } from './context.ts';
import type { Refusal } from './explain-refusal.ts';
import { factsThen } from './facts-then.ts';

/**
 * Which conditions of the audience kept the member out of it, by what was known of them then. Nothing where the member
 * is forgotten, or a part of another one now: of what they were then nothing is left.
 */
export type Shortfall = (
  refusal: Refusal,
  audience: SegmentExpr,
  timeZone: string,
) => Promise<ExplainedAudience | undefined>;

/** Decisions of one event share what was known then, so that it is read once for all campaigns of one explanation. */
export function shortfalls(context: StoreContext): Shortfall {
  const facts = new Map<string, Promise<MemberFacts | undefined>>();
  let segments: Promise<Map<string, SegmentExpr>> | undefined;
  const factsOf = ({ member, visit, decidedAt }: Refusal) => {
    const key = `${member} ${visit} ${decidedAt}`;
    const read = facts.get(key) ?? factsThen(context.db, member as MemberId, visit ?? undefined, epochMs(decidedAt));
    facts.set(key, read);
    return read;
  };
  return async (refusal, audience, timeZone) => {
    segments ??= readSegments(context.db);
    const known = await segments;
    const then = await factsOf(refusal);
    if (then === undefined) return undefined;
    const now = epochMs(refusal.decidedAt);
    const changed = await changedSince(context, reachedSegments(audience, known), now);
    return { ...shortfallOf(audience, known, then, { now, timeZone }), ...present({ segmentsChangedAt: changed }) };
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
