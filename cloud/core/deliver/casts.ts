import type { EpochMs } from '../../../protocol/units.ts';
import type { LineMessage } from '../message/render.ts';
import { type AttemptOutcome, type DeliveryFacts, lastAttemptAt, type SettleStep, settle } from './settle.ts';

/**
 * Pushes of the same words, sent to LINE as one multicast: who goes together, and what the one answer means for each.
 *
 *   pushes never tried ──gather──► a cast ──answer──► each accepted, parked, unknown, or ready again: all at one time
 *                                   │   ▲                                                            │
 *                                   │   └──claimed together, same key, without those who left────────┘
 *                                   └──nobody got it for certain──► pushes of their own, each under its own key
 *
 * Invariants: a cast has a retry key of its own, minted in the claim that gathers it; all of it that is still under way
 * is claimed together and sent in one call under that key; who leaves it never goes under that key again, and nobody
 * joins. For LINE takes a key once, from whoever the list names then, and calls every later list accepted: who was not
 * in the first would be told of a message that was never sent. And who may have got it is not sent it under another key.
 */
export interface Castable extends DeliveryFacts {
  readonly messages: readonly LineMessage[];
  readonly lineUserId?: string;
  readonly blocked?: true;
  readonly withdrew?: true;
}

/** The ids LINE takes in one multicast. */
export const MOST_IN_A_CAST = 500;
/**
 * A call less is a call less: multicasts have an allowance of their own at LINE, so that even a pair takes nothing from
 * anybody as long as it lasts, and the largest go first where it does not.
 */
const FEWEST_IN_A_CAST = 2;

/** The casts there are in what was claimed, `most` at most, the largest first; whoever is in none goes alone. */
export function gather<D extends Castable>(claimed: readonly D[], now: EpochMs, most: number): D[][] {
  const possible = claimed.filter((delivery) => mayBeCast(delivery, now));
  if (most < 1 || possible.length < FEWEST_IN_A_CAST) return [];
  const byWords = new Map<string, Map<string, D>>();
  for (const delivery of possible) {
    const words = JSON.stringify(delivery.messages);
    const people = byWords.get(words) ?? new Map<string, D>();
    byWords.set(words, people);
    // Named twice a person would still get it once: the second message of the same words goes alone.
    const person = delivery.lineUserId ?? '';
    if (!people.has(person)) people.set(person, delivery);
  }
  return [...byWords.values()]
    .flatMap((people) => inParts([...people.values()], MOST_IN_A_CAST))
    .filter(({ length }) => length >= FEWEST_IN_A_CAST)
    .sort((one, other) => other.length - one.length)
    .slice(0, most);
}

const mayBeCast = (delivery: Castable, now: EpochMs): boolean =>
  delivery.route === 'push' &&
  delivery.attempts === 1 &&
  !delivery.inDoubt &&
  delivery.lineUserId !== undefined &&
  delivery.blocked !== true &&
  delivery.withdrew !== true &&
  now <= lastAttemptAt(delivery);

/** Claimed deliveries by the calls they go in: those of a cast together, everybody else alone. */
export function inCalls<D extends { readonly castKey?: string }>(claimed: readonly D[]): D[][] {
  const casts = new Map<string, D[]>();
  const calls: D[][] = [];
  for (const delivery of claimed) {
    const cast = delivery.castKey === undefined ? undefined : casts.get(delivery.castKey);
    if (cast !== undefined) {
      cast.push(delivery);
      continue;
    }
    const call = [delivery];
    calls.push(call);
    if (delivery.castKey !== undefined) casts.set(delivery.castKey, call);
  }
  return calls;
}

/** What the answer to a cast means for one of it. The same `now` and `random` for all, so that they stay together. */
export function settleCast(
  delivery: Castable,
  outcome: AttemptOutcome,
  now: EpochMs,
  random: number,
): SettleStep | Alone {
  const step = settle(delivery, outcome, now, random);
  if (delivery.inDoubt) return step;
  // One id LINE cannot use is enough for the first, one person who got too much or a month with too little left for
  // the second: the others have nothing to do with it.
  if (outcome.at === 'refused') return { to: 'alone', at: now };
  if (outcome.at === 'too-many' && step.to === 'ready') return { to: 'alone', at: step.at };
  return step;
}

/** Nobody of the cast got it: from now on a push of its own, under its own key. */
export interface Alone {
  readonly to: 'alone';
  readonly at: EpochMs;
}

function inParts<T>(items: readonly T[], most: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; from += most) parts.push(items.slice(from, from + most));
  return parts;
}
