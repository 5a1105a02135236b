import { type Kysely, sql } from 'kysely';

// Old code survives this migration: it only adds tables, and reads none of them.
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;

  // What a till was answered, by the key it asked with: asked again, it is answered the same.
  await schema
    .createTable('till_answer')
    .addColumn('channel_kind', 'text', (c) => c.notNull())
    .addColumn('channel_id', 'text', (c) => c.notNull())
    .addColumn('idempotency_key', 'text', (c) => c.notNull())
    // Keyed digest of the request: phone numbers are too few to be hashed openly.
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('status', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('till_answer_pk', ['channel_kind', 'channel_id', 'idempotency_key'])
    .execute();

  // One row for each token that ever asked for a code nobody has.
  await schema
    .createTable('till_guess')
    .addColumn('token_id', 'text', (c) => c.primaryKey())
    .addColumn('channel_kind', 'text', (c) => c.notNull())
    .addColumn('channel_id', 'text', (c) => c.notNull())
    .addColumn('window_from', 'bigint', (c) => c.notNull())
    .addColumn('wrong', 'integer', (c) => c.notNull())
    .addColumn('locked_until', 'bigint', (c) => c.notNull())
    .addColumn('lockouts', 'integer', (c) => c.notNull())
    // In all, for who looks after the channel.
    .addColumn('wrong_ever', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('till_guess_channel').on('till_guess').columns(['channel_kind', 'channel_id']).execute();

  // The till that holds a coupon for the moment; the row of a lock that ran out stays until the next.
  await schema
    .createTable('coupon_lock')
    .addColumn('coupon_id', 'text', (c) => c.primaryKey().references('coupon.id'))
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('channel_kind', 'text', (c) => c.notNull())
    .addColumn('channel_id', 'text', (c) => c.notNull())
    .addColumn('token_id', 'text', (c) => c.notNull())
    .addColumn('locked_at', 'bigint', (c) => c.notNull())
    .addColumn('until', 'bigint', (c) => c.notNull())
    .execute();

  await schema
    .createTable('sale')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('channel_kind', 'text', (c) => c.notNull())
    .addColumn('channel_id', 'text', (c) => c.notNull())
    // The till's own number of it.
    .addColumn('txn', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('recorded_at', 'bigint', (c) => c.notNull())
    // In minor units.
    .addColumn('amount_minor', 'bigint', (c) => c.notNull())
    .addColumn('currency', 'text', (c) => c.notNull())
    .addColumn('tender', 'text')
    .addColumn('staff', 'text')
    .addColumn('member_id', 'text', (c) => c.references('member.id'))
    .addColumn('lines', 'text')
    // redemption: known only because a coupon was redeemed with it; till: the till reported it itself.
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('refunded_minor', 'bigint', (c) => c.notNull())
    // It did not happen after all; its number may come again.
    .addColumn('voided_at', 'bigint')
    .addColumn('attributed_by', 'text', (c) => c.notNull())
    .addColumn('attributed_why', 'text')
    .addColumn('attributed_visit', 'text')
    .addColumn('attributed_redemption', 'text')
    .addColumn('attributed_campaign', 'text')
    .addColumn('window_ms', 'bigint')
    .execute();
  await schema
    .createIndex('sale_once')
    .unique()
    .on('sale')
    .columns(['channel_kind', 'channel_id', 'txn'])
    .where(sql.ref('voided_at'), 'is', null)
    .execute();
  await schema.createIndex('sale_member').on('sale').columns(['member_id', 'at']).execute();
  await schema.createIndex('sale_channel').on('sale').columns(['channel_kind', 'channel_id', 'at']).execute();

  await schema
    .createTable('sale_refund')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('sale_id', 'text', (c) => c.notNull().references('sale.id'))
    .addColumn('amount_minor', 'bigint', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('token_id', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('sale_refund_sale').on('sale_refund').column('sale_id').execute();

  // A redemption, or what takes one back.
  await schema
    .createTable('redemption')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('parent_id', 'text', (c) => c.unique())
    .addColumn('coupon_id', 'text', (c) => c.notNull().references('coupon.id'))
    .addColumn('channel_kind', 'text', (c) => c.notNull())
    .addColumn('channel_id', 'text', (c) => c.notNull())
    .addColumn('idempotency_key', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('order_ref', 'text')
    .addColumn('staff', 'text')
    .addColumn('tender', 'text')
    .addColumn('amount_minor', 'bigint')
    .addColumn('discount_minor', 'bigint')
    .addColumn('currency', 'text')
    // Of what takes one back.
    .addColumn('reason', 'text')
    .addColumn('token_id', 'text', (c) => c.notNull())
    // When it was taken back; absent while it stands.
    .addColumn('undone_at', 'bigint')
    .addColumn('sale_id', 'text', (c) => c.references('sale.id'))
    .addUniqueConstraint('redemption_key', ['channel_kind', 'channel_id', 'idempotency_key'])
    .execute();
  // The database refuses a second one of the same coupon, not our care.
  await schema
    .createIndex('redemption_standing')
    .unique()
    .on('redemption')
    .column('coupon_id')
    .where(sql.ref('undone_at'), 'is', null)
    .where(sql.ref('kind'), '=', sql.lit('redeem'))
    .execute();
  await schema.createIndex('redemption_coupon').on('redemption').column('coupon_id').execute();
  await schema
    .createIndex('redemption_channel')
    .on('redemption')
    .columns(['channel_kind', 'channel_id', 'at'])
    .execute();
  await schema
    .createIndex('redemption_order')
    .on('redemption')
    .columns(['channel_kind', 'channel_id', 'order_ref'])
    .where(sql.ref('order_ref'), 'is not', null)
    .execute();
}
