import type { Selectable } from 'kysely';
import type { DeliveryId } from '../core/ids.ts';
import type { NewDelivery } from '../core/ports.ts';
import type { StoreContext } from './context.ts';
import { insertRows, type Shape } from './many.ts';
import type { Database } from './schema.ts';

export type DeliveryRow = Selectable<Database['delivery']>;

interface ReadyDelivery extends NewDelivery {
  readonly id: DeliveryId;
  readonly retryKey: string;
}

/** The intent to send, written with its decision; the sender works it off. */
export const deliveryRows = ({ db, vault, mint }: StoreContext) => {
  const toRow = (delivery: ReadyDelivery) => ({
    id: delivery.id,
    decision_id: delivery.decisionId,
    member_id: delivery.memberId,
    coupon_id: delivery.couponId,
    route: delivery.route,
    fallback: delivery.fallback,
    retry_key: delivery.retryKey,
    reply_token_sealed: delivery.replyToken === undefined ? undefined : vault.seal(delivery.replyToken),
    token_received_at: delivery.tokenReceivedAt,
    messages_sealed: vault.seal(JSON.stringify(delivery.messages)),
    state: 'ready',
    in_doubt: 0,
    attempts: 0,
    next_attempt_at: delivery.createdAt,
    not_after: delivery.notAfter,
    budget_key: delivery.budgetKey,
    stock_key: delivery.stockKey,
    created_at: delivery.createdAt,
  });
  const SHAPE = {
    id: 'text',
    decision_id: 'text',
    member_id: 'text',
    coupon_id: 'text',
    route: 'text',
    fallback: 'text',
    retry_key: 'text',
    reply_token_sealed: 'bytes',
    token_received_at: 'int',
    messages_sealed: 'bytes',
    state: 'text',
    in_doubt: 'int',
    attempts: 'int',
    next_attempt_at: 'int',
    not_after: 'int',
    budget_key: 'text',
    stock_key: 'text',
    created_at: 'int',
  } as const satisfies Shape<ReturnType<typeof toRow>>;

  return {
    async addAll(deliveries: readonly ReadyDelivery[]): Promise<void> {
      await insertRows(db, 'delivery', SHAPE, deliveries.map(toRow));
    },

    async add(delivery: NewDelivery): Promise<DeliveryId> {
      const id = mint.id('delivery') as DeliveryId;
      await insertRows(db, 'delivery', SHAPE, [toRow({ ...delivery, id, retryKey: mint.uuid() })]);
      return id;
    },
  };
};
