import type { EpochMs } from '../../protocol/units.ts';
import { epochMs } from '../../protocol/units.ts';
import { decide } from '../core/decide/decide.ts';
import { WEIGHED_GATE } from '../core/decide/gates.ts';
import { mismatch } from '../core/decide/match.ts';
import type { RefusalReason } from '../core/decide/reasons.ts';
import type { CandidateHistory, Decision, DecisionEvent, DecisionMember, TriggerType } from '../core/decide/types.ts';
import { REPLY_RETRY_FOR_MS } from '../core/deliver/settle.ts';
import type { CampaignId, EventId, MemberId, Mint, VisitId } from '../core/ids.ts';
import type { EventFacts, LedgerTx, PendingEvent, RegisteredNode } from '../core/ports.ts';
import { visitStep } from '../core/visit.ts';
import { type Grant, makeGrant } from './grant.ts';

/** One occurrence, from either ear, in the form both share from here on. */
export interface Occurrence {
  readonly event: PendingEvent;
  readonly node: RegisteredNode;
  readonly member: DecisionMember | undefined;
  readonly trust: DecisionEvent['trust'];
  /** Absent for what only keeps a visit going. */
  readonly trigger?: TriggerType;
  readonly replyToken?: string;
  readonly facts: EventFacts;
}

const HOUR_MS = 3600_000;

/** A beacon anyone could have copied must not open visits: they would be fake check-ins. */
const provesPresence = (trust: DecisionEvent['trust']): boolean => trust !== 'bad' && trust !== 'none';

/** Told of a message that could not be made from its template, and why; somebody has to mend the campaign. */
export type OnUnmade = (event: EventId, campaign: CampaignId, complaint: string) => void;

/**
 * Visit, decisions, coupon and delivery intent of one occurrence, all in the caller's transaction. Returns how many
 * deliveries were written.
 */
export async function dispatch(
  tx: LedgerTx,
  mint: Mint,
  occurrence: Occurrence,
  now: EpochMs,
  onUnmade: OnUnmade = () => undefined,
): Promise<number> {
  const { event, node, member, trust, trigger } = occurrence;
  const visitId = member && provesPresence(trust) ? await joinVisit(tx, occurrence, member.id) : undefined;
  const close = (): Promise<void> =>
    tx.events.close(event.id, 'done', {
      ...occurrence.facts,
      nodeId: node.id,
      storeId: node.place.storeId,
      trust,
      ...(trigger && { trigger }),
      ...(member && { memberId: member.id }),
      ...(visitId && { visitId }),
    });
  if (trigger === undefined) {
    await close();
    return 0;
  }

  const decisionEvent: DecisionEvent = {
    id: event.id,
    ear: event.ear,
    trigger,
    at: event.at,
    // It also ages while it waits, for instance through a restart.
    ...(event.ageMs !== undefined && { ageMs: event.ageMs + Math.max(0, now - event.receivedAt) }),
    trust,
    ...(occurrence.replyToken !== undefined && { replyUntil: epochMs(event.receivedAt + REPLY_RETRY_FOR_MS) }),
  };
  const waiting = await tx.campaigns.waitingFor(trigger);
  const candidates = waiting.filter(({ spec }) => mismatch(spec, decisionEvent, node.place) === undefined);

  const past = new Map<CampaignId, CandidateHistory>();
  for (const candidate of member ? candidates : []) {
    past.set(
      candidate.campaignId,
      await tx.history.ofCandidate(candidate, (member as DecisionMember).id, visitId, node.place, now),
    );
  }
  const fixedOffersLastHour =
    trust === 'fixed' ? await tx.history.fixedOffersSince(node.id, epochMs(now - HOUR_MS)) : 0;

  const judge = (): Decision[] =>
    decide({
      event: decisionEvent,
      place: node.place,
      member,
      visitId,
      candidates,
      history: { campaigns: past, fixedOffersLastHour },
      now,
    });

  // Giving may fail where deciding could not know (the last piece went meanwhile): then the judgement is made again
  // with that knowledge, so that a campaign of lower priority gets its chance. Each round rules one candidate out.
  let decisions = judge();
  let grant: (Grant & { ok: true }) | undefined;
  for (;;) {
    const granted = decisions.find(({ outcome }) => outcome === 'granted');
    const candidate = candidates.find(({ campaignId }) => campaignId === granted?.campaignId);
    if (granted === undefined || candidate === undefined || member === undefined) break;
    const attempt = await makeGrant(tx, mint, {
      event: decisionEvent,
      place: node.place,
      storeName: node.storeName,
      locale: node.locale,
      memberId: member.id,
      candidate,
      decision: granted,
      ...(occurrence.replyToken !== undefined && { replyToken: occurrence.replyToken }),
      receivedAt: event.receivedAt,
      now,
    });
    if (attempt.ok) {
      grant = attempt;
      break;
    }
    if (attempt.complaint !== undefined) onUnmade(event.id, candidate.campaignId, attempt.complaint);
    past.set(candidate.campaignId, withFailure(past.get(candidate.campaignId), attempt.reason));
    decisions = judge();
  }

  for (const decision of decisions) {
    const granted = decision.outcome === 'granted' ? grant : undefined;
    const decisionId = await tx.decisions.add(event.id, decision, {
      nodeId: node.id,
      trust,
      ...(granted && { couponId: granted.couponId }),
      weighed: decision.passed.includes(WEIGHED_GATE),
      at: now,
    });
    if (granted) await tx.deliveries.add({ ...granted.delivery, decisionId });
  }
  await close();
  return grant === undefined ? 0 : 1;
}

const withFailure = (past: CandidateHistory | undefined, failed: RefusalReason): CandidateHistory => ({
  ...(past ?? { weighedInVisit: false, grantsInWindow: 0, holdsCoupon: false }),
  failed,
});

async function joinVisit(tx: LedgerTx, { event, node }: Occurrence, member: MemberId): Promise<VisitId | undefined> {
  // When nobody knows when it happened, it belongs to no visit.
  if (event.ageMs === undefined) return undefined;
  const { storeId } = node.place;
  const step = visitStep(await tx.visits.recent(member, storeId), event.at, node.closeAfterMs);
  if (step.type === 'open') return await tx.visits.open(member, storeId, step.at);
  await tx.visits.extend(step.id, step.openedAt, step.lastAt);
  return step.id;
}
