import type { EpochMs } from '../../../protocol/units.ts';
import type { VisitId } from '../ids.ts';
import { GATES, type GateContext } from './gates.ts';
import { routeOf } from './route.ts';
import type { Candidate, CandidateHistory, Decision, DecisionEvent, DecisionMember, History, Place } from './types.ts';

/**
 * Who gets what, and why not: one decision per candidate, also for everyone who gets nothing.
 *
 *   candidates by priority ─► gate ─► gate ─► … ─► granted      (at most one per event)
 *                              └───────┴──────────► refused, by the first gate that fails
 *
 * Pure: the same event, history and time always give the same decisions, live and in a replay.
 */
export function decide(input: {
  readonly event: DecisionEvent;
  readonly place: Place;
  readonly member: DecisionMember | undefined;
  readonly visitId: VisitId | undefined;
  readonly candidates: readonly Candidate[];
  readonly history: History;
  readonly now: EpochMs;
}): Decision[] {
  const { candidates, visitId, member, ...shared } = input;
  let winner: Candidate | undefined;
  return [...candidates].sort(byPriority).map((candidate) => {
    const past = input.history.campaigns.get(candidate.campaignId) ?? NOTHING_YET;
    const verdict = pass({ ...shared, member, candidate, past, winner });
    if (verdict.outcome === 'granted') winner = candidate;
    return {
      campaignId: candidate.campaignId,
      version: candidate.version,
      ...(member && { memberId: member.id }),
      ...(visitId && { visitId }),
      ...verdict,
    };
  });
}

const NOTHING_YET: CandidateHistory = { weighedInVisit: false, grantsInWindow: 0, holdsCoupon: false };

/** Ties are broken by id, so that two dispatchers agree. */
const byPriority = (a: Candidate, b: Candidate): number =>
  b.spec.priority - a.spec.priority || (a.campaignId < b.campaignId ? -1 : 1);

function pass(context: GateContext): Pick<Decision, 'outcome' | 'reason' | 'passed' | 'route'> {
  const passed: string[] = [];
  for (const gate of GATES) {
    const reason = gate.check(context);
    if (reason !== undefined) return { outcome: 'refused', reason, passed };
    passed.push(gate.name);
  }
  const route = routeOf(context);
  // The reply token died between matching and deciding, and the campaign may not push: too late for this person.
  return route === undefined
    ? { outcome: 'refused', reason: 'late_event', passed }
    : { outcome: 'granted', passed, route };
}
