import { decide } from './decide/decide.ts';
import type { RefusalReason } from './decide/reasons.ts';
import { soldOutToTell } from './decide/sold-out.ts';
import type { CandidateHistory, Decision, DecisionInput } from './decide/types.ts';
import type { CampaignId } from './ids.ts';
import { type Given, makeGrant, showAgain, tellSoldOut } from './working-set-grant.ts';
import type { GiveContext } from './working-set-message.ts';
import type { Occurrence, Offer } from './working-set-types.ts';

/** What one event came to say to its person, and for which campaign. */
export type Said = Given & { readonly ok: true } & { readonly campaignId: CampaignId };

/**
 * Decides, and gives what was decided. Giving may fail where deciding could not know: then the judgement is made again
 * with that knowledge, so that a campaign of lower priority gets its chance. Each round rules one candidate out. Who
 * asked and gets nothing, because all is given out, is told so where the campaign has words for it.
 */
export function decideAndGive(
  giving: GiveContext,
  occurrence: Occurrence,
  input: DecisionInput,
  offers: readonly Offer[],
  onUnmade: (campaign: CampaignId, complaint: string) => void,
): { readonly decisions: readonly Decision[]; readonly said: Said | undefined } {
  const { event, member } = input;
  const campaigns = new Map(input.history.campaigns);
  const judge = (): Decision[] => decide({ ...input, history: { ...input.history, campaigns } });
  if (member === undefined) return { decisions: judge(), said: undefined };
  const asked = { occurrence, event, memberId: member.id };

  for (;;) {
    const decisions = judge();
    const winner = decisions.find(({ outcome }) => outcome === 'granted' || outcome === 'reissued');
    const offer = offers.find(({ campaignId }) => campaignId === winner?.campaignId);
    if (winner === undefined || offer === undefined) {
      const late = soldOutToTell(event, decisions, offers, input.now);
      if (late === undefined) return { decisions, said: undefined };
      const told = tellSoldOut(giving, { ...asked, offer: late, route: 'reply' });
      if (told.ok) return { decisions, said: { ...told, campaignId: late.campaignId } };
      onUnmade(late.campaignId, told.complaint ?? told.reason);
      return { decisions, said: undefined };
    }
    const { campaignId } = offer;
    const make = winner.outcome === 'granted' ? makeGrant : showAgain;
    const given = make(giving, { ...asked, offer, route: winner.route });
    if (given.ok) return { decisions, said: { ...given, campaignId } };
    if (given.complaint !== undefined) onUnmade(campaignId, given.complaint);
    campaigns.set(campaignId, withFailure(campaigns.get(campaignId), given.reason));
  }
}

const withFailure = (past: CandidateHistory | undefined, failed: RefusalReason): CandidateHistory => ({
  ...(past ?? { weighedInVisit: false, holdsCoupon: false }),
  failed,
});
