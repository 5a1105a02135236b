import type { EpochMs } from '../../../protocol/units.ts';
import type { CampaignId } from '../ids.ts';
import type { PolicySpec } from '../manifest/policy.ts';
import { factsNeeded } from '../segment/facts-needed.ts';
import type { FactNeeds } from '../segment/types.ts';
import { type CountQuery, capChecks, countKey } from './caps.ts';
import { clockOf, storeOf } from './clock.ts';
import type { Candidate, Place } from './types.ts';

/** What must be read before `decide` can judge; it follows from the candidates, so that it can be read in one go. */
export interface DecisionNeeds {
  /** Each once; the answers go into `History.counts` under `countKey`. */
  readonly counts: readonly CountQuery[];
  /** For `DecisionMember.facts`; absent where no audience asks for any. */
  readonly facts?: FactNeeds;
  /** Campaigns whose `CandidateHistory.exposure` must be looked up. */
  readonly exposures: readonly CampaignId[];
}

/** `now` and `place` as `decide` will be given them: the windows are counted from there. */
export function needsOf(
  candidates: readonly Candidate[],
  place: Place | undefined,
  policy: PolicySpec | undefined,
  now: EpochMs,
): DecisionNeeds {
  const counts = new Map<string, CountQuery>();
  for (const candidate of candidates) {
    const clock = clockOf(candidate, place);
    for (const { count } of capChecks(candidate, storeOf(candidate, place), policy, clock, now)) {
      counts.set(countKey(count), count);
    }
  }
  const asking = candidates.flatMap((candidate) =>
    candidate.audience === undefined
      ? []
      : [{ audience: candidate.audience, timeZone: clockOf(candidate, place).timeZone }],
  );
  const facts = factsNeeded(asking, now);
  return {
    counts: [...counts.values()],
    ...(facts.kinds.size > 0 && { facts }),
    exposures: candidates.filter(({ spec }) => spec.experiment !== undefined).map(({ campaignId }) => campaignId),
  };
}
