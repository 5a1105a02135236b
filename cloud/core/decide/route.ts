import type { EpochMs } from '../../../protocol/units.ts';
import { durationMs } from '../calendar.ts';
import { REPLY_QUEUE_MS } from '../deliver/settle.ts';
import type { Candidate, DecisionEvent, Route } from './types.ts';

/** LINE may redeliver a webhook; after this long since the event its reply token is dead whatever LINE says. */
export const REDELIVERED_AT_MOST_MS = 20 * 60_000;

/** What the clock started waits for nobody at a door; it may be this late, for instance after a restart. */
const CLOCK_FRESH_MS = 3600_000;

/** How old an event may be for a message nobody asked for. */
export const freshForMs = ({ ear }: Pick<DecisionEvent, 'ear'>, { spec }: Pick<Candidate, 'spec'>): number =>
  Math.max(durationMs(spec.freshFor), ear === 'clock' ? CLOCK_FRESH_MS : 0);

/** Young enough for a message nobody asked for. An event whose age no clock can tell is not. */
export const isFresh = (event: Pick<DecisionEvent, 'ear' | 'ageMs'>, candidate: Pick<Candidate, 'spec'>): boolean =>
  event.ageMs !== undefined && event.ageMs <= freshForMs(event, candidate);

/** Whether a reply decided now still reaches LINE while its token lives, the wait for a free sender included. */
export const canReply = ({ replyUntil }: DecisionEvent, now: EpochMs): boolean =>
  replyUntil !== undefined && now + REPLY_QUEUE_MS < replyUntil;

/** Whether a campaign may ever speak to somebody who has not just written. */
export const mayPush = ({ spec: { delivery } }: { readonly spec: Pick<Candidate['spec'], 'delivery'> }): boolean =>
  delivery.prefer === 'push' || delivery.fallback === 'push';

/**
 * How a campaign can answer an event, or `undefined` when it cannot. Replies are free, so they come first where the
 * campaign does not insist; an event too old to be fresh may be replied to, but a push for it would be a surprise.
 */
export function routeOf({
  event,
  candidate,
  now,
}: {
  readonly event: DecisionEvent;
  readonly candidate: Candidate;
  readonly now: EpochMs;
}): Route | undefined {
  if (canReply(event, now) && (candidate.spec.delivery.prefer === 'reply' || !isFresh(event, candidate))) {
    return 'reply';
  }
  return mayPush(candidate) ? 'push' : undefined;
}
