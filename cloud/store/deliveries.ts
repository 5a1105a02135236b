import type { DeliveryId } from '../core/ids.ts';
import type { DeliveryPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';

/** The intent to send, written with its decision; the sender works it off. */
export const deliveryRows = ({ db, vault, mint }: StoreContext): DeliveryPort => ({
  async add(delivery) {
    const id = mint.id('delivery') as DeliveryId;
    await db
      .insertInto('delivery')
      .values({
        id,
        decision_id: delivery.decisionId,
        member_id: delivery.memberId,
        coupon_id: delivery.couponId,
        route: delivery.route,
        fallback: delivery.fallback,
        retry_key: mint.uuid(),
        reply_token_sealed: delivery.replyToken === undefined ? null : vault.seal(delivery.replyToken),
        token_received_at: delivery.tokenReceivedAt ?? null,
        messages_sealed: vault.seal(JSON.stringify(delivery.messages)),
        state: 'ready',
        park_reason: null,
        in_doubt: 0,
        attempts: 0,
        next_attempt_at: delivery.createdAt,
        claimed_until: null,
        not_after: delivery.notAfter,
        budget_key: delivery.budgetKey ?? null,
        stock_key: delivery.stockKey ?? null,
        request_id: null,
        created_at: delivery.createdAt,
        settled_at: null,
      })
      .execute();
    return id;
  },
});
