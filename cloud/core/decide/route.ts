import type { EpochMs } from '../../../protocol/units.ts';
import { durationMs } from '../calendar.ts';
import type { Candidate, DecisionEvent, Route } from './types.ts';

/** Young enough for a message nobody asked for. An event whose age no clock can tell is not. */
export const isFresh = ({ ageMs }: DecisionEvent, { spec }: Candidate): boolean =>
  ageMs !== undefined && ageMs <= durationMs(spec.freshFor);

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
  const canReply = event.replyUntil !== undefined && event.replyUntil > now;
  if (canReply && (prefer === 'reply' || !isFresh(event, candidate))) return 'reply';
  return prefer === 'push' || fallback === 'push' ? 'push' : undefined;
}
