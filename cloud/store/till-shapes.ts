import type { Shape } from './many.ts';
import type { Database } from './schema.ts';

/** Columns of what is written in numbers at the till. */

export const SALE_SHAPE = {
  id: 'text',
  channel_kind: 'text',
  channel_id: 'text',
  txn: 'text',
  at: 'int',
  recorded_at: 'int',
  amount_minor: 'int',
  currency: 'text',
  tender: 'text',
  staff: 'text',
  member_id: 'text',
  lines: 'text',
  source: 'text',
  refunded_minor: 'int',
  voided_at: 'int',
  attributed_by: 'text',
  attributed_why: 'text',
  attributed_visit: 'text',
  attributed_redemption: 'text',
  attributed_campaign: 'text',
  window_ms: 'int',
} as const satisfies Shape<Database['sale']>;

export const REDEMPTION_SHAPE = {
  id: 'text',
  kind: 'text',
  parent_id: 'text',
  coupon_id: 'text',
  channel_kind: 'text',
  channel_id: 'text',
  idempotency_key: 'text',
  at: 'int',
  order_ref: 'text',
  staff: 'text',
  tender: 'text',
  amount_minor: 'int',
  discount_minor: 'int',
  currency: 'text',
  reason: 'text',
  token_id: 'text',
  undone_at: 'int',
  sale_id: 'text',
} as const satisfies Shape<Database['redemption']>;

export const ANSWER_SHAPE = {
  channel_kind: 'text',
  channel_id: 'text',
  idempotency_key: 'text',
  digest: 'text',
  status: 'int',
  body: 'text',
  at: 'int',
} as const satisfies Shape<Database['till_answer']>;
