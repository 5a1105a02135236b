import type { EpochMs } from '../protocol/units.ts';
import { type Audience, everybody } from './audience.ts';
import type { ApplyAsked } from './core/apply.ts';
import { clockOf } from './core/decide/clock.ts';
import type { MemberId } from './core/ids.ts';
import { reachOf } from './core/member/reach.ts';
import { doorsOf, overlapsOf } from './core/overlap.ts';
import type { People, Plan } from './core/plan.ts';
import { isSteady } from './core/segment/steady.ts';
import type { SegmentExpr } from './core/segment/types.ts';
import type { Offer } from './core/working-set-types.ts';
import { rehearse } from './store/apply.ts';
import type { StoreContext } from './store/context.ts';
import { planRows, readStreet } from './store/plan.ts';

const DAY_MS = 86_400_000;

/**
 * What applying these documents would change, and whom their campaigns would meet: the documents are applied as a trial,
 * the street is looked at as it would be, and everything is forgotten; then the people are counted as they are.
 */
export async function plan(
  store: StoreContext,
  asked: ApplyAsked,
  {
    now,
    since,
    price,
  }: { readonly now: EpochMs; readonly since: EpochMs; readonly price: Plan['line']['price'] | undefined },
): Promise<Plan> {
  const rows = planRows(store);
  const { outcome, seen: street } = await rehearse(store, asked, now, readStreet);
  const brought = new Set(asked.manifests.flatMap(({ kind, metadata }) => (kind === 'Campaign' ? [metadata.id] : [])));
  const offers = street.offers.filter(({ campaignId }) => brought.has(campaignId));
  const counted = await countPeople(store, offers, now);
  const events = await rows.eventsByNode(since);
  const campaigns = [];
  for (const [index, offer] of offers.entries()) {
    const doors = doorsOf(offer, street.nodes);
    const audience = counted.audiences[index] ?? nobody();
    const staysSo = offer.audience === undefined || isSteady(offer.audience);
    campaigns.push({
      ...{ campaign: offer.campaignId, state: offer.state, audience },
      mostPeople: staysSo ? audience.reachable : counted.all.reachable,
      doors: street.nodes
        .filter(({ node }) => doors.has(node))
        .map((door) => ({ ...door, events: events.get(door.node) ?? 0 })),
      ...(await rows.left(offer, now)),
      overlaps: overlapsOf(offer, street.offers, street.nodes),
    });
  }
  const recordedSince = await rows.recordedSince();
  const quota = await rows.quota(now);
  return {
    ...{ v: 1, at: now, ...outcome, people: counted.all, campaigns },
    ...(recordedSince !== undefined && { recordedSince }),
    line: { ...(quota && { quota }), ...(price && { price }) },
  };
}

const nobody = () => ({
  ...{ members: 0, reachable: 0, heard30: 0, heard90: 0, tags: 0 },
  unreached: { no_line: 0, blocked: 0, no_consent: 0 },
});

/** Matches everybody: a campaign without an audience means every member. */
const ANYBODY: SegmentExpr = { all: [] };

/** One pass over all members for all audiences, by the evaluator that judges live. */
async function countPeople(
  store: StoreContext,
  offers: readonly Offer[],
  now: EpochMs,
): Promise<{ readonly all: People; readonly audiences: readonly People[] }> {
  const audiences = offers.map(
    (offer): Audience => ({ audience: offer.audience ?? ANYBODY, timeZone: clockOf(offer, undefined).timeZone }),
  );
  const counts = [ANYBODY, ...audiences].map(nobody);
  for await (const page of everybody(store, audiences, now)) {
    const ways = await planRows(store).ways(page.map(({ person }) => person.id));
    const heardSince = (id: MemberId, days: number): boolean => (ways.heardAt.get(id) ?? 0) >= now - days * DAY_MS;
    for (const { person, matches } of page) {
      const { id } = person;
      const reach = reachOf({ line: ways.line.has(id), blocked: person.blocked, consent: person.consent });
      for (const [index, matched] of [true, ...matches].entries()) {
        const count = counts[index];
        if (!matched || count === undefined) continue;
        count.members += 1;
        if (reach !== 'reachable') {
          count.unreached[reach] += 1;
          continue;
        }
        count.reachable += 1;
        if (heardSince(id, 30)) count.heard30 += 1;
        if (heardSince(id, 90)) count.heard90 += 1;
        if (ways.tags.has(id)) count.tags += 1;
      }
    }
  }
  const [all = nobody(), ...ofAudiences] = counts;
  return { all, audiences: ofAudiences };
}
