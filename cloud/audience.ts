import { type EpochMs, epochMs } from '../protocol/units.ts';
import type { MemberId } from './core/ids.ts';
import { Problem } from './core/problem.ts';
import { factsNeeded } from './core/segment/facts-needed.ts';
import { matchesSegment } from './core/segment/matches.ts';
import { resolveAudience } from './core/segment/resolve.ts';
import type { SegmentExpr } from './core/segment/types.ts';
import { rememberPast } from './core/working-set-memory.ts';
import type { KnownPerson } from './core/working-set-types.ts';
import { readSegments } from './store/campaigns.ts';
import { clockRows } from './store/clock.ts';
import type { StoreContext } from './store/context.ts';
import { loadPast } from './store/history.ts';
import { Overtaken } from './store/overtaken.ts';

/** Members whose facts are in memory at a time. */
const PAGE = 500;

export interface AudienceAsked {
  readonly now: EpochMs;
  /** Where days begin. */
  readonly timeZone: string;
}

/** Who is meant, with every segment it names resolved, and where days begin. */
export interface Audience {
  readonly audience: SegmentExpr;
  readonly timeZone: string;
}

/** A member, and which of the audiences asked about speak of them, in their order. */
export interface Weighed {
  readonly person: KnownPerson;
  readonly matches: readonly boolean[];
}

/** Those of a page of members who are meant, and how many the page had. */
export interface AudiencePage {
  readonly members: readonly MemberId[];
  readonly looked: number;
}

/**
 * Who is meant now, page by page: the same facts, loaded and put together by the same code, asked by the same evaluator
 * as when an event is decided. So a list and the dispatcher cannot differ. Without `who`: everybody.
 *
 * Throws {@link Problem} where it names a segment that is not there.
 */
export async function* audiencePages(
  store: StoreContext,
  who: SegmentExpr | undefined,
  { now, timeZone }: AudienceAsked,
): AsyncGenerator<AudiencePage> {
  const audiences = who === undefined ? [] : [{ audience: await resolved(store, who), timeZone }];
  for await (const page of everybody(store, audiences, now)) {
    const members = page.filter(({ matches: [isMeant = true] }) => isMeant).map(({ person }) => person.id);
    yield { members, looked: page.length };
  }
}

async function resolved(store: StoreContext, who: SegmentExpr): Promise<SegmentExpr> {
  const found = resolveAudience(who, await readSegments(store.db));
  if (found.ok) return found.value;
  throw new Problem('not_found', 'unknown_segment', found.reject.detail, {
    ...('segment' in who && { where: who.segment }),
    remedy: 'pharos segment list says which there are; they are applied from files: pharos apply',
  });
}

/** The first `limit` of a segment, by id. */
export async function membersOfSegment(
  store: StoreContext,
  segment: string,
  { limit, ...asked }: AudienceAsked & { readonly limit: number },
): Promise<MemberId[]> {
  const found: MemberId[] = [];
  for await (const { members } of audiencePages(store, { segment }, asked)) {
    found.push(...members);
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

/** Whom a campaign means, by the clock it is judged by; every reference to a segment is resolved. */
export interface Audience {
  readonly audience: SegmentExpr;
  readonly timeZone: string;
}

export interface Weighed {
  readonly person: KnownPerson;
  /** Of each audience, in their order. */
  readonly matches: readonly boolean[];
}

const MOST_OVERTAKEN = 20;

/** Every member there is, page by page in the order of their ids, and which audiences speak of each. */
export async function* everybody(
  store: StoreContext,
  audiences: readonly Audience[],
  now: EpochMs,
): AsyncGenerator<readonly Weighed[]> {
  let overtaken = 0;
  for (let after = '' as MemberId; ; ) {
    const page = await clockRows(store).membersAfter(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    let weighed: readonly Weighed[];
    try {
      weighed = await weigh(store, page, audiences, now);
    } catch (error) {
      // Somebody was merged or erased between two looks; the next one does not find them any more.
      overtaken += 1;
      if (!(error instanceof Overtaken) || overtaken === MOST_OVERTAKEN) throw error;
      continue;
    }
    after = last;
    yield weighed;
  }
}

async function weigh(
  store: StoreContext,
  members: readonly MemberId[],
  audiences: readonly Audience[],
  now: EpochMs,
): Promise<Weighed[]> {
  const needs = factsNeeded(audiences, now);
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
  return members.flatMap((id) => {
    const person = memory.person(id);
    if (person === undefined) return [];
    const facts = audiences.length === 0 ? undefined : memory.factsOf(id, undefined);
    const matches = audiences.map(
      ({ audience, timeZone }) => facts !== undefined && matchesSegment(audience, facts, now, timeZone),
    );
    return [{ person, matches }];
  });
}
