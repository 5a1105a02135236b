import { exposureOf, GATES, type GateContext, type Verdict, WEIGHED_GATE } from './gates.ts';
import { routeOf } from './route.ts';
import type { Candidate, CandidateHistory, Decision, DecisionInput } from './types.ts';

/**
 * Who gets what, and why not: one decision per candidate, also for everyone who gets nothing.
 *
 *   candidates by priority ─► gate ─► gate ─► … ─► granted      (at most one per event)
 *                              ├───────┴──────────► refused, by the first gate that fails
 *                              ├── coupon ────────► reissued    (a phrase typed again shows the coupon again)
 *                              ├── quiet ─────────► deferred    (decided again when the quiet hours end)
 *                              └── holdout ───────► ghost       (would have got it, and by design does not)
 *
 * Whatever is not refused has won the event. Pure: the same event, history and time always give the same decisions,
 * live and in a replay. Throws where a count or fact that `needsOf` asked for is missing.
 */
export function decide(input: DecisionInput): Decision[] {
  const { candidates, visitId, ...shared } = input;
  let winner: Candidate | undefined;
  return [...candidates].sort(byPriority).map((candidate) => {
    const past = input.history.campaigns.get(candidate.campaignId) ?? NOTHING_YET;
    const verdict = pass({ ...shared, candidate, past, winner });
    if (verdict.outcome !== 'refused') winner = candidate;
    return {
      campaignId: candidate.campaignId,
      version: candidate.version,
      ...(input.member && { memberId: input.member.id }),
      ...(visitId && { visitId }),
      ...verdict,
      weighed: verdict.passed.includes(WEIGHED_GATE),
    };
  });
}

const NOTHING_YET: CandidateHistory = { weighedInVisit: false, holdsCoupon: false };

/** Ties are broken by id, so that two dispatchers agree. */
const byPriority = (a: Candidate, b: Candidate): number =>
  b.spec.priority - a.spec.priority || (a.campaignId < b.campaignId ? -1 : 1);

type Judged = Pick<Decision, 'outcome' | 'reason' | 'passed' | 'route' | 'until' | 'exposure'>;

function pass(context: GateContext): Judged {
  const passed: string[] = [];
  for (const gate of GATES) {
    const verdict = gate.check(context);
    if (verdict !== undefined) return ended(verdict, passed, context);
    passed.push(gate.name);
  }
  const route = routeOf(context);
  return { outcome: 'granted', passed, ...(route && { route }), ...exposed(context) };
}

function ended(verdict: Exclude<Verdict, undefined>, passed: readonly string[], context: GateContext): Judged {
  if (typeof verdict === 'string') return { outcome: 'refused', reason: verdict, passed };
  switch (verdict.outcome) {
    case 'reissued':
      return { outcome: 'reissued', passed, route: 'reply' };
    case 'deferred':
      return { outcome: 'deferred', reason: 'quiet_hours_deferred', until: verdict.until, passed };
    case 'ghost':
      return { outcome: 'ghost', reason: 'holdout', passed, ...exposed(context) };
  }
}

const exposed = (context: GateContext): Pick<Decision, 'exposure'> => {
  const exposure = exposureOf(context);
  return exposure === undefined ? {} : { exposure };
};
