import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { messagesKey, sharedLimitKey, stockKey } from '../core/counter-keys.ts';
import { type CountQuery, countKey } from '../core/decide/caps.ts';
import { clockOf } from '../core/decide/clock.ts';
import { type DecisionNeeds, needsOf } from '../core/decide/needs.ts';
import { mayPush } from '../core/decide/route.ts';
import type { EventId, Mint } from '../core/ids.ts';
import type { JudgingTx } from '../core/ports.ts';
import { createWorkingSet, type Unmade } from '../core/working-set.ts';
import type { MemberLinks } from '../core/working-set-message.ts';
import type { Asked, Occurrence } from '../core/working-set-types.ts';

export interface Dispatched {
  /** How many deliveries were written. */
  readonly deliveries: number;
  readonly unmade: readonly Unmade[];
}

/** Told of a message that could not be made from its template, and why; somebody has to mend the campaign. */
export type OnUnmade = (event: EventId, campaign: Unmade['campaign'], complaint: string) => void;

const HOUR_MS = 3600_000;

/**
 * Visits, decisions, coupons and delivery intents of a batch of occurrences, in their order, in the caller's
 * transaction: everything they may touch is read and held, all of them are judged in memory, everything they came to
 * is written.
 */
export async function dispatch(
  tx: Pick<JudgingTx, 'registry' | 'load' | 'write'>,
  mint: Mint,
  occurrences: readonly Occurrence[],
  now: EpochMs,
  links?: MemberLinks,
): Promise<Dispatched> {
  const policy = await (await tx.registry()).policy();
  const needs = needsByOffers(occurrences, policy, now);
  const past = await tx.load(askFor(occurrences, needs.all(), now));
  const set = createWorkingSet({ past, mint, policy, now, needs: needs.of, links });
  let deliveries = 0;
  for (const occurrence of occurrences) deliveries += set.judge(occurrence);
  await tx.write(set.changes());
  return { deliveries, unmade: set.unmade };
}

/** What must be known follows from the campaigns and the place, which most events of a batch share. */
function needsByOffers(occurrences: readonly Occurrence[], policy: Parameters<typeof needsOf>[2], now: EpochMs) {
  const known = new Map<string, DecisionNeeds>();
  const keyOf = ({ offers, node }: Occurrence): string =>
    `${node?.place.storeId ?? ''}|${offers.map(({ campaignId }) => campaignId).join()}`;
  const of = (occurrence: Occurrence): DecisionNeeds => {
    const key = keyOf(occurrence);
    const found = known.get(key) ?? needsOf(occurrence.offers, occurrence.node?.place, policy, now);
    known.set(key, found);
    return found;
  };
  return { of, all: () => [...new Set(occurrences.filter(({ offers }) => offers.length > 0).map(of))] };
}

function askFor(occurrences: readonly Occurrence[], needs: readonly DecisionNeeds[], now: EpochMs): Asked {
  const decided = occurrences.filter(({ offers }) => offers.length > 0);
  const counts = needs.flatMap((need) => need.counts);
  const facts = needs.flatMap((need) => need.facts ?? []);
  const counters = new Set<string>();
  for (const { offers, node, member } of decided) {
    if (member === undefined) continue;
    for (const offer of offers) {
      const { stock, messages } = offer.spec.limits;
      if (stock !== undefined) counters.add(stockKey(offer.campaignId));
      if (messages !== undefined) {
        counters.add(messagesKey(offer.campaignId, now, messages.per, clockOf(offer, node?.place).timeZone));
      }
    }
  }
  const totals = new Map(counts.filter(({ ofMember }) => !ofMember).map((query) => [countKey(query), query]));
  // A number over all members is held by a row of its own while it is relied on; it counts nothing itself.
  for (const { campaignId } of totals.values()) counters.add(sharedLimitKey(campaignId));
  return {
    members: unique(occurrences.map(({ member }) => member)),
    consents: occurrences.some(({ offers, consent }) => offers.length > 0 || consent !== undefined),
    campaigns: unique(decided.flatMap(({ offers }) => offers.map(({ campaignId }) => campaignId))),
    visitsSince: earliest([
      ...occurrences.map(({ event, node }) => (node === undefined ? undefined : event.at - node.closeAfterMs)),
      ...facts.filter(({ kinds }) => kinds.has('visits')).map(({ visitsSince }) => visitsSince ?? 0),
    ]),
    grantsSince: earliest(counts.filter(({ ofMember }) => ofMember).map(sinceOf)),
    allCoupons: facts.some(({ kinds }) => kinds.has('coupons')),
    names: unique(
      decided.map(({ offers, member }) => (offers.some(({ namesMember }) => namesMember) ? member : undefined)),
    ),
    ...(facts.length > 0 && { facts: new Set(facts.flatMap(({ kinds }) => [...kinds])) }),
    totals: [...totals.values()],
    counters: [...counters],
    exposures: unique(needs.flatMap(({ exposures }) => exposures)),
    fixedOffers: unique(decided.map(({ node, trust }) => (trust === 'fixed' ? node?.id : undefined))),
    fixedOffersSince: epochMs(now - HOUR_MS),
    ...(decided.some(({ offers }) => offers.some(mayPush)) && { quotaAt: now }),
  };
}

const sinceOf = ({ since }: CountQuery): number => since ?? 0;

/** Nothing at all is needed where nobody named a time. */
const earliest = (times: readonly (number | undefined)[]): EpochMs =>
  epochMs(times.reduce<number>((first, time) => Math.min(first, time ?? first), Number.MAX_SAFE_INTEGER));

const unique = <T>(values: readonly (T | undefined)[]): T[] => [
  ...new Set(values.filter((value) => value !== undefined)),
];
