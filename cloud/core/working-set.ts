import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { messagesKey, stockKey } from './counter-keys.ts';
import { countKey } from './decide/caps.ts';
import { clockOf, storeOf } from './decide/clock.ts';
import type { needsOf } from './decide/needs.ts';
import type {
  CandidateHistory,
  Decision,
  DecisionEvent,
  DecisionInput,
  DecisionMember,
  Trust,
} from './decide/types.ts';
import { REPLY_RETRY_FOR_MS } from './deliver/settle.ts';
import type { CampaignId, DecisionId, EventId, MemberId, Mint, VisitId } from './ids.ts';
import type { PolicySpec } from './manifest/policy.ts';
import { decideAndGive, type Said } from './working-set-give.ts';
import { type Memory, rememberPast } from './working-set-memory.ts';
import type { GiveContext, MemberLinks } from './working-set-message.ts';
import type { Changes, Occurrence, Offer, Past } from './working-set-types.ts';

/**
 * A batch of events, judged in memory:
 *
 *   loaded and locked ─► judge(event) ─► judge(event) ─► … ─► changes, written in one go
 *                           └─ what one event changed, the next one sees ─┘
 *
 * The outcome is that of one event after the other, each in a transaction of its own; only the reading and writing is
 * shared. Pure but for what the mint gives.
 */
export interface WorkingSet {
  /** Visit, consent, decisions, coupon and delivery of one occurrence. Returns how many deliveries it came to. */
  judge(occurrence: Occurrence): number;
  changes(): Changes;
  /** Messages that could not be made from their templates, and why; somebody has to mend the campaign. */
  readonly unmade: readonly Unmade[];
}

export interface Unmade {
  readonly event: EventId;
  readonly campaign: CampaignId;
  readonly complaint: string;
}

export interface WorkingSetDeps {
  readonly past: Past;
  readonly mint: Mint;
  readonly policy: PolicySpec | undefined;
  readonly now: EpochMs;
  readonly needs: (occurrence: Occurrence) => ReturnType<typeof needsOf>;
  /** Absent: a message that links to a form cannot be made. */
  readonly links?: MemberLinks | undefined;
}

/** A beacon anyone could have copied must not open visits: they would be fake check-ins. */
const provesPresence = (trust: Trust | undefined): boolean => trust !== 'bad' && trust !== 'none';

export function createWorkingSet(deps: WorkingSetDeps): WorkingSet {
  const { mint, now, policy } = deps;
  const memory = rememberPast(deps.past, mint);
  const giving: GiveContext = { memory, mint, policy, now, links: deps.links };
  const unmade: Unmade[] = [];
  let { quotaLeft } = deps.past;

  const judgeOffers = (occurrence: Occurrence, trust: Trust, visitId: VisitId | undefined): number => {
    const { event, node, offers } = occurrence;
    const decisionEvent = asDecisionEvent(occurrence, trust, now);
    const person = occurrence.member === undefined ? undefined : memory.person(occurrence.member);
    const needs = deps.needs(occurrence);
    const facts = person && needs.facts && memory.factsOf(person.id, visitId);
    const member: DecisionMember | undefined = person && {
      id: person.id,
      consent: person.consent,
      blocked: person.blocked,
      ...(facts && { facts }),
    };
    const past = new Map<CampaignId, CandidateHistory>();
    const counts = new Map<string, number>();
    if (member !== undefined) {
      for (const query of needs.counts) counts.set(countKey(query), memory.count(query, member.id));
      for (const offer of offers)
        past.set(offer.campaignId, historyOf(memory, offer, member.id, visitId, occurrence, now));
    }
    const input: DecisionInput = {
      event: decisionEvent,
      place: node?.place,
      member,
      visitId,
      candidates: offers,
      policy,
      history: {
        campaigns: past,
        counts,
        fixedOffersLastHour: trust === 'fixed' && node !== undefined ? memory.fixedOffers(node.id) : 0,
        ...(quotaLeft !== undefined && { quotaLeft }),
      },
      now,
    };

    const { decisions, said } = decideAndGive(giving, occurrence, input, offers, (campaign, complaint) =>
      unmade.push({ event: event.id, campaign, complaint }),
    );
    for (const decision of decisions) record(occurrence, trust, decision, said);
    if (quotaLeft !== undefined && decisions.some(({ route }) => route === 'push')) quotaLeft -= 1;
    return said === undefined ? 0 : 1;
  };

  const record = (occurrence: Occurrence, trust: Trust, decision: Decision, said: Said | undefined): void => {
    const { event, node, offers, trigger } = occurrence;
    const { outcome, campaignId, memberId } = decision;
    const offer = offers.find((candidate) => candidate.campaignId === campaignId);
    const storeId = offer && storeOf(offer, node?.place);
    const mine = said?.campaignId === campaignId ? said : undefined;
    const complaint = unmade.find((one) => one.event === event.id && one.campaign === campaignId)?.complaint;
    const id = mint.id('decision') as DecisionId;
    memory.decided({
      id,
      eventId: event.id,
      decision,
      trust,
      at: now,
      ...(node && { nodeId: node.id }),
      ...(storeId !== undefined && { storeId }),
      ...(mine?.couponId !== undefined && { couponId: mine.couponId }),
      ...(complaint !== undefined && { complaint }),
    });
    if (mine) memory.delivery({ ...mine.delivery, decisionId: id });
    if (outcome === 'deferred' && decision.until !== undefined && memberId !== undefined && trigger !== undefined) {
      memory.deferral({ eventId: event.id, campaignId, memberId, trigger, until: decision.until });
    }
  };

  return {
    unmade,
    changes: memory.changes,
    judge(occurrence) {
      const { event, stored, node, trust, trigger, consent } = occurrence;
      // Merged or erased since they were found: somebody nobody knows any more.
      const member = occurrence.member && memory.person(occurrence.member)?.id;
      if (consent !== undefined && member !== undefined) memory.consent(member, consent, event.at);
      const { source, befriended } = occurrence;
      if (member !== undefined && (source !== undefined || befriended === true)) {
        memory.source({ memberId: member, at: event.at, ...(source && { source }) });
      }
      const atDoor = event.ear === 'clock' || event.ageMs === undefined ? undefined : node;
      const visitId =
        member !== undefined && atDoor !== undefined && trust !== undefined && provesPresence(trust)
          ? memory.joinVisit(member, atDoor, event.at)
          : undefined;
      const deliveries =
        trigger === undefined || trust === undefined || occurrence.offers.length === 0
          ? 0
          : judgeOffers(occurrence, trust, visitId);
      memory.event(event, stored, {
        ...occurrence.facts,
        ...(node && { nodeId: node.id, storeId: node.place.storeId }),
        ...(trust && { trust }),
        ...(trigger && { trigger }),
        ...(member && { memberId: member }),
        ...(visitId && { visitId }),
      });
      return deliveries;
    },
  };
}

const asDecisionEvent = (
  { event, trigger, detail, replyToken }: Occurrence,
  trust: Trust,
  now: EpochMs,
): DecisionEvent => ({
  ...detail,
  id: event.id,
  ear: event.ear,
  trigger: trigger ?? 'enter',
  at: event.at,
  // It also ages while it waits, for instance through a restart.
  ...(event.ageMs !== undefined && { ageMs: event.ageMs + Math.max(0, now - event.receivedAt) }),
  trust,
  ...(replyToken !== undefined && { replyUntil: epochMs(event.receivedAt + REPLY_RETRY_FOR_MS) }),
});

function historyOf(
  memory: Memory,
  offer: Offer,
  member: MemberId,
  visitId: VisitId | undefined,
  { node }: Occurrence,
  now: EpochMs,
): CandidateHistory {
  const { campaignId } = offer;
  const { stock, messages } = offer.spec.limits;
  const exposure = memory.exposure(campaignId, member);
  return {
    weighedInVisit: visitId !== undefined && memory.weighed(visitId, campaignId),
    holdsCoupon: memory.heldCoupon(campaignId, member, now) !== undefined,
    ...(stock !== undefined && { stockLeft: memory.left(stockKey(campaignId), stock) }),
    ...(messages !== undefined && {
      messagesLeft: memory.left(
        messagesKey(campaignId, now, messages.per, clockOf(offer, node?.place).timeZone),
        messages.max,
      ),
    }),
    ...(exposure && { exposure }),
  };
}
