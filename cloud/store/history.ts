import { windowStart } from '../core/calendar.ts';
import { messagesKey, stockKey } from '../core/counter-keys.ts';
import type { HistoryPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';

/** What is already written about a member and a campaign: the past the gates ask about. */
export const historyRows = ({ db }: StoreContext): HistoryPort => {
  const used = async (key: string): Promise<number> =>
    (await db.selectFrom('counter').select('used').where('key', '=', key).executeTakeFirst())?.used ?? 0;

  return {
    async ofCandidate({ campaignId, spec }, member, visit, place, now) {
      const { perMember, stock, messages } = spec.limits;
      const weighed =
        visit !== undefined &&
        (await db
          .selectFrom('decision')
          .select('id')
          .where('visit_id', '=', visit)
          .where('campaign_id', '=', campaignId)
          .where('weighed', '=', 1)
          .limit(1)
          .executeTakeFirst()) !== undefined;
      // A revoked coupon was never shown: it uses up nobody's limit.
      const held = await db
        .selectFrom('coupon')
        .select(({ fn }) => [fn.countAll<number>().as('count')])
        .where('member_id', '=', member)
        .where('campaign_id', '=', campaignId)
        .where('state', 'in', ['issued', 'locked'])
        .where('expires_at', '>', now)
        .executeTakeFirstOrThrow();
      const grants =
        perMember === undefined
          ? 0
          : (
              await db
                .selectFrom('coupon')
                .select(({ fn }) => [fn.countAll<number>().as('count')])
                .where('member_id', '=', member)
                .where('campaign_id', '=', campaignId)
                .where('state', '!=', 'revoked')
                .where('issued_at', '>', windowStart(now, perMember.per, place.timeZone))
                .executeTakeFirstOrThrow()
            ).count;
      return {
        weighedInVisit: weighed,
        grantsInWindow: Number(grants),
        holdsCoupon: Number(held.count) > 0,
        ...(stock !== undefined && { stockLeft: Math.max(0, stock - (await used(stockKey(campaignId)))) }),
        ...(messages !== undefined && {
          messagesLeft: Math.max(
            0,
            messages.max - (await used(messagesKey(campaignId, now, messages.per, place.timeZone))),
          ),
        }),
      };
    },

    async fixedOffersSince(node, since) {
      const row = await db
        .selectFrom('decision')
        .select(({ fn }) => [fn.countAll<number>().as('count')])
        .where('node_id', '=', node)
        .where('trust', '=', 'fixed')
        .where('outcome', '=', 'granted')
        .where('decided_at', '>', since)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
  };
};
