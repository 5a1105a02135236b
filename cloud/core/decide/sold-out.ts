import type { EpochMs } from '../../../protocol/units.ts';
import { canReply } from './route.ts';
import type { Candidate, Decision, DecisionEvent, TriggerType } from './types.ts';

/** Whoever does one of these has asked for something, and is owed a word. Who walks past a door is not nagged. */
const ASKED: readonly TriggerType[] = ['keyword', 'follow'];

/**
 * Which of the campaigns that had nothing left says so: the first of them with a text for it, and only where the
 * person gets nothing else and a free reply still reaches them. The decision stays what it is; nothing is given.
 */
export function soldOutToTell<Offered extends Candidate>(
  event: DecisionEvent,
  decisions: readonly Decision[],
  candidates: readonly Offered[],
  now: EpochMs,
): Offered | undefined {
  if (!ASKED.includes(event.trigger) || !canReply(event, now)) return undefined;
  if (decisions.some(({ outcome }) => outcome !== 'refused')) return undefined;
  return decisions
    .filter(({ reason }) => reason === 'stock_exhausted')
    .map(({ campaignId }) => candidates.find((candidate) => candidate.campaignId === campaignId))
    .find((candidate) => candidate?.spec.offer.soldOut !== undefined);
}
