import { type EpochMs, epochMs } from '../protocol/units.ts';
import type { MemberId } from './core/ids.ts';
import { Problem } from './core/problem.ts';
import { factsNeeded } from './core/segment/facts-needed.ts';
import { matchesSegment } from './core/segment/matches.ts';
import { resolveAudience } from './core/segment/resolve.ts';
import type { SegmentExpr } from './core/segment/types.ts';
import { rememberPast } from './core/working-set-memory.ts';
import { readSegments } from './store/campaigns.ts';
import { clockRows } from './store/clock.ts';
import type { StoreContext } from './store/context.ts';
import { loadPast } from './store/history.ts';
import { Overtaken } from './store/overtaken.ts';

/** Members whose facts are in memory at a time. */
const PAGE = 500;

/**
 * Who is in a segment now: the same facts, loaded and put together by the same code, asked by the same evaluator as
 * when an event is decided. So a list and the dispatcher cannot differ.
 *
 * Throws {@link Problem} where there is no such segment, or it names one that is not there.
 */
export async function membersOfSegment(
  store: StoreContext,
  segment: string,
  { now, timeZone, limit }: { readonly now: EpochMs; readonly timeZone: string; readonly limit: number },
): Promise<MemberId[]> {
  const resolved = resolveAudience({ segment }, await readSegments(store.db));
  if (!resolved.ok) {
    throw new Problem('not_found', 'unknown_segment', resolved.reject.detail, {
      where: segment,
      remedy: 'segments are applied from manifests: pharos apply',
    });
  }
  const found: MemberId[] = [];
  let overtaken = 0;
  for (let after = '' as MemberId; found.length < limit; ) {
    const page = await clockRows(store).membersAfter(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    try {
      found.push(...(await matching(store, page, resolved.value, now, timeZone)));
    } catch (error) {
      // Somebody was merged or erased between two looks; the next one does not find them any more.
      overtaken += 1;
      if (!(error instanceof Overtaken) || overtaken === MOST_OVERTAKEN) throw error;
      continue;
    }
    after = last;
  }
  return found.slice(0, limit);
}

const MOST_OVERTAKEN = 20;

async function matching(
  store: StoreContext,
  members: readonly MemberId[],
  audience: SegmentExpr,
  now: EpochMs,
  timeZone: string,
): Promise<MemberId[]> {
  const needs = factsNeeded([{ audience, timeZone }], now);
  const past = await loadPast(store, {
    members,
    campaigns: [],
    visitsSince: needs.kinds.has('visits') ? (needs.visitsSince ?? epochMs(0)) : epochMs(Number.MAX_SAFE_INTEGER),
    grantsSince: epochMs(Number.MAX_SAFE_INTEGER),
    allCoupons: needs.kinds.has('coupons'),
    facts: needs.kinds,
    totals: [],
    counters: [],
    exposures: [],
    fixedOffers: [],
    fixedOffersSince: now,
  });
  const memory = rememberPast(past, store.mint);
  return members.filter((id) => matchesSegment(audience, memory.factsOf(id, undefined), now, timeZone));
}
