import type { DecisionId } from '../core/ids.ts';
import type { DecisionPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';

/** The ledger of every decision: one row per event and candidate, also for everyone who got nothing. */
export const decisionRows = ({ db, mint }: StoreContext): DecisionPort => ({
  async add(eventId, decision, { nodeId, trust, couponId, weighed, at }) {
    const id = mint.id('decision') as DecisionId;
    await db
      .insertInto('decision')
      .values({
        id,
        event_id: eventId,
        campaign_id: decision.campaignId,
        campaign_version: decision.version,
        member_id: decision.memberId ?? null,
        visit_id: decision.visitId ?? null,
        node_id: nodeId ?? null,
        outcome: decision.outcome,
        reason: decision.reason ?? null,
        weighed: weighed ? 1 : 0,
        trust,
        passed: JSON.stringify(decision.passed),
        route: decision.route ?? null,
        coupon_id: couponId ?? null,
        decided_at: at,
      })
      .execute();
    return id;
  },
});
