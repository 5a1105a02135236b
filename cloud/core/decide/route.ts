import type { EpochMs } from '../../../protocol/units.ts';
import { durationMs } from '../calendar.ts';
import { REPLY_QUEUE_MS } from '../deliver/settle.ts';
import type { Candidate, DecisionEvent, Route } from './types.ts';

/** Young enough for a message nobody asked for. An event whose age no clock can tell is not. */
export const isFresh = ({ ageMs }: DecisionEvent, { spec }: Candidate): boolean =>
  ageMs !== undefined && ageMs <= durationMs(spec.freshFor);

/** Whether a reply decided now still reaches LINE while its token lives, the wait for a free sender included. */
export const canReply = ({ replyUntil }: DecisionEvent, now: EpochMs): boolean =>
  replyUntil !== undefined && now + REPLY_QUEUE_MS < replyUntil;

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
  const { prefer, fallback } = candidate.spec.delivery;
  if (canReply(event, now) && (prefer === 'reply' || !isFresh(event, candidate))) return 'reply';
  return prefer === 'push' || fallback === 'push' ? 'push' : undefined;
}
