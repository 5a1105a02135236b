import { unreachable } from '../../../protocol/result.ts';
import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import type { Route } from '../decide/types.ts';

/**
 * One delivery, from its row to its end. The row is written with the decision; here is only what an attempt's outcome
 * means.
 *
 *   ready ──claim──► sending ──200/409──────────────► accepted
 *     ▲                 │ ├──no answer, 5xx─► in doubt ─► ready again, or unknown when time is up (reply)
 *     └───retry at──────┘ └──refused, too late──► parked (the right was never shown: give everything back)
 *
 * Invariants: a push that may have arrived is repeated only with the retry key it went with, its own or its multicast's,
 * so it is accepted at most once; a reply has no key, so
 * once in doubt it is repeated with the same token only, and a dead token then means the first try arrived; what may
 * have been shown is never given back.
 */
export interface DeliveryFacts {
  readonly route: Route;
  readonly createdAt: EpochMs;
  /** Attempts so far, the one being settled included. */
  readonly attempts: number;
  /** An earlier attempt, or this one, may have arrived without our hearing of it. */
  readonly inDoubt: boolean;
  readonly notAfter: EpochMs;
  /** Reply only: receipt of the webhook, from which LINE counts the token's minute. */
  readonly tokenReceivedAt?: EpochMs;
  readonly fallback: 'none' | 'push';
}

/** What LINE, or the lack of LINE, said to one attempt. */
export type AttemptOutcome =
  | { readonly at: 'accepted'; readonly requestId?: string }
  /** 409: this retry key was accepted before. */
  | { readonly at: 'accepted-before'; readonly requestId?: string }
  | { readonly at: 'invalid-reply-token' }
  /** Permanent refusal: 400, 403, 404, 413. */
  | { readonly at: 'refused'; readonly status: number; readonly message: string }
  | { readonly at: 'unauthorized' }
  /** 429: too much at this endpoint, for every sender. */
  | { readonly at: 'rate-limited' }
  /** 429: too much to one person, or too much at once; nobody else is concerned. */
  | { readonly at: 'too-many'; readonly message: string }
  /** 429: the month's messages are used up. */
  | { readonly at: 'quota-exhausted' }
  /** No connection came about, so no byte of the call left this machine. */
  | { readonly at: 'not-sent'; readonly detail: string }
  /** 5xx, a time-out, a broken connection: nobody knows. */
  | { readonly at: 'no-answer'; readonly detail: string };

export type ParkReason =
  | 'expired'
  | 'reply_token_dead'
  | 'refused_by_line'
  /** The member has no LINE account any more. */
  | 'unlinked'
  | 'unauthorized'
  | 'quota_exhausted'
  /** The member blocked the account before the call: LINE would answer 200 and show nothing. */
  | 'blocked'
  /** The member asked for no more offers before the call. */
  | 'no_consent'
  | 'unreadable'
  /** Taken back before it was sent: its member was merged or erased. */
  | 'withdrawn';

export type SettleStep =
  | { readonly to: 'accepted'; readonly requestId?: string }
  | {
      readonly to: 'ready';
      readonly at: EpochMs;
      readonly inDoubt: boolean;
      /** Nobody of its multicast got it, and it is in it no longer. */
      readonly leavesCast?: true;
      /** Nothing was done with the claim, so that it counts as no attempt. */
      readonly untried?: true;
    }
  /** Same row, same retry key, now by push. */
  | { readonly to: 'push'; readonly inDoubt: boolean }
  | { readonly to: 'unknown' }
  | { readonly to: 'parked'; readonly reason: ParkReason; readonly giveBack: boolean };

/**
 * LINE takes a reply within a minute of the webhook. A call that starts later than this may come too late; the last
 * quarter is left for clocks and the way. Who decides and who sends measure the token by this one figure.
 */
export const REPLY_RETRY_FOR_MS = 45_000;
/** A reply decided with less of its token left than this could be dead before a sender comes to it. */
export const REPLY_QUEUE_MS = 5_000;
/** LINE remembers a retry key for 24 h after the first request. */
export const RETRY_KEY_LIFE_MS = 24 * 3600_000;

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 60_000;
/** A person who got too much at once is left alone for longer than a busy endpoint. */
const FIRST_TOO_MANY_MS = 10_000;

/** Exponential with jitter; `random` in [0, 1). */
const backoff = (attempts: number, random: number, firstMs: number): number =>
  Math.min(LONGEST_BACKOFF_MS, firstMs * 2 ** (attempts - 1)) * (0.5 + random / 2);

export function settle(delivery: DeliveryFacts, outcome: AttemptOutcome, now: EpochMs, random: number): SettleStep {
  const firstMs = outcome.at === 'too-many' ? FIRST_TOO_MANY_MS : FIRST_BACKOFF_MS;
  const retryAt = epochMs(Math.ceil(now + backoff(delivery.attempts, random, firstMs)));
  switch (outcome.at) {
    case 'accepted':
    case 'accepted-before':
      return { to: 'accepted', ...(outcome.requestId !== undefined && { requestId: outcome.requestId }) };
    case 'invalid-reply-token':
      return delivery.inDoubt ? { to: 'accepted' } : giveUp(delivery, 'reply_token_dead');
    case 'refused':
      return giveUp(delivery, 'refused_by_line');
    case 'unauthorized':
    case 'rate-limited':
    case 'too-many':
    case 'not-sent':
      // Nothing was accepted; the same call is sound later.
      return again(delivery, retryAt, delivery.inDoubt, outcome.at === 'unauthorized' ? 'unauthorized' : 'expired');
    case 'quota-exhausted':
      return giveUp(delivery, 'quota_exhausted');
    case 'no-answer':
      return again(delivery, retryAt, true, 'expired');
    default:
      return unreachable(outcome);
  }
}

/** A claimed row whose time has run out before the attempt. */
export const expire = (delivery: DeliveryFacts): SettleStep => giveUp(delivery, 'expired');

/** A claimed row nothing was done with: as it was, for whoever comes next, out of the multicast its first claim made. */
export const handBack = (
  { inDoubt, attempts }: Pick<DeliveryFacts, 'inDoubt' | 'attempts'>,
  at: EpochMs,
): SettleStep => ({
  to: 'ready',
  at,
  inDoubt,
  untried: true,
  ...(attempts === 1 && { leavesCast: true }),
});

/** A claimed row there is nothing to send of, or nobody to send it to, by any route. */
export const unsendable = (
  { inDoubt }: Pick<DeliveryFacts, 'inDoubt'>,
  reason: 'unreadable' | 'blocked' | 'no_consent' | 'unlinked',
): SettleStep => (inDoubt ? { to: 'unknown' } : { to: 'parked', reason, giveBack: true });

/** Until when an attempt still makes sense. */
export function lastAttemptAt({ route, notAfter, createdAt, tokenReceivedAt }: DeliveryFacts): EpochMs {
  const possibleUntil =
    route === 'push' ? createdAt + RETRY_KEY_LIFE_MS : (tokenReceivedAt ?? createdAt) + REPLY_RETRY_FOR_MS;
  return epochMs(Math.min(notAfter, possibleUntil));
}

function again(delivery: DeliveryFacts, at: EpochMs, inDoubt: boolean, reason: ParkReason): SettleStep {
  if (at <= lastAttemptAt(delivery)) return { to: 'ready', at, inDoubt };
  return giveUp({ ...delivery, inDoubt }, reason);
}

function giveUp(delivery: DeliveryFacts, reason: ParkReason): SettleStep {
  if (delivery.route === 'reply' && delivery.fallback === 'push') return { to: 'push', inDoubt: delivery.inDoubt };
  if (delivery.inDoubt) return { to: 'unknown' };
  return { to: 'parked', reason, giveBack: true };
}
