import { createHash } from 'node:crypto';
import type { EpochMs } from '../../../protocol/units.ts';
import type { LineMessage } from '../message/render.ts';
import { type Addressed, needless } from './needless.ts';
import { type AttemptOutcome, type SettleStep, settle } from './settle.ts';

/**
 * Pushes of the same words, sent to LINE as one multicast: who goes together, and what the one answer means for each.
 *
 *   pushes never tried ──gather──► a cast ──answer──► each accepted, parked, unknown, or ready again: all at one time
 *                                   │   ▲                                                            │
 *                                   │   └──claimed together, same key, without those who left────────┘
 *                                   └──nobody got it for certain──► pushes of their own, each under its own key
 *
 * Invariants: a cast has a retry key of its own, given in the claim that gathers it; all of it that is still under way is
 * claimed together and sent in one call under that key; who leaves it has left before that call, in the rows, and never
 * goes under that key again, and nobody joins. For LINE takes a key once, from whoever the list names then, and calls
 * every later list accepted: who was not in the first would be told of a message that was never sent. And who may have
 * got it is not sent it under another key, as long as the database keeps what was written: see {@link castKeyOf}.
 */
export interface Castable extends Addressed {
  readonly messages: readonly LineMessage[];
  /** The retry key of the cast it is in. */
  readonly castKey?: string;
}

/** The ids LINE takes in one multicast; how many go together is also bounded by what a sender claims at once. */
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
  delivery.castKey === undefined &&
  delivery.attempts === 1 &&
  !delivery.inDoubt &&
  needless(delivery, now) === undefined;

/**
 * The key of a cast, a UUID (version 8 of RFC 9562) of the retry keys of all in it: the same pushes get the same key, and
 * no others do. So a claim may be lost without anybody being sent the same twice, with a database that is restored from
 * a backup or fails over to a copy that had not got it: LINE knows the key, if they are gathered as they were. That they
 * are is not certain: a group that is cut differently then, by who was due or has left since, has another key.
 */
export function castKeyOf(retryKeys: readonly string[]): string {
  const digest = createHash('sha256')
    .update(`cast\n${[...retryKeys].sort().join('\n')}`)
    .digest();
  digest[6] = 0x80 | ((digest[6] ?? 0) & 0x0f);
  digest[8] = 0x80 | ((digest[8] ?? 0) & 0x3f);
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

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
export function settleCast(delivery: Castable, outcome: AttemptOutcome, now: EpochMs, random: number): SettleStep {
  const step = settle(delivery, outcome, now, random);
  if (delivery.inDoubt) return step;
  // One id LINE cannot use is enough for the first, one person who got too much or a month with too little left for
  // the second: the others have nothing to do with it.
  if (outcome.at === 'refused') return { to: 'ready', at: now, inDoubt: false, leavesCast: true };
  if (outcome.at === 'too-many' && step.to === 'ready') return { ...step, leavesCast: true };
  return step;
}

function inParts<T>(items: readonly T[], most: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; from += most) parts.push(items.slice(from, from + most));
  return parts;
}
