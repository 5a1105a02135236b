import { type Kysely, sql } from 'kysely';

// Old code does not survive this migration: it makes the first tables.
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;

  await schema
    .createTable('store')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('spec', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute();

  await schema
    .createTable('node')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('store_id', 'text', (c) => c.notNull().references('store.id'))
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('hwid', 'text', (c) => c.notNull())
    .addColumn('node_index', 'integer', (c) => c.notNull())
    .addColumn('slot_seconds', 'integer', (c) => c.notNull())
    .addColumn('spec', 'text', (c) => c.notNull())
    // SHA-256 of 256 random bits: nothing to guess, so a slow hash would only slow every reconnect.
    .addColumn('mqtt_password_hash', 'text')
    .addColumn('dm_key_sealed', 'blob')
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('node_hwid_index', ['hwid', 'node_index'])
    .execute();

  await schema
    .createTable('node_state')
    .addColumn('node_id', 'text', (c) => c.primaryKey().references('node.id'))
    .addColumn('online', 'integer', (c) => c.notNull())
    .addColumn('status', 'text')
    .addColumn('health', 'text')
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .execute();

  await schema
    .createTable('member')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('blocked', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();

  await schema
    .createTable('identity_link')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('issuer', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .execute();
  await schema
    .createIndex('identity_link_live_owner')
    .unique()
    .on('identity_link')
    .columns(['kind', 'issuer', 'subject'])
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  await schema.createIndex('identity_link_member').on('identity_link').columns(['member_id']).execute();

  await schema
    .createTable('consent')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('wording', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('consent_member').on('consent').columns(['member_id', 'purpose', 'at']).execute();

  await schema
    .createTable('event')
    .addColumn('seq', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('ear', 'text', (c) => c.notNull())
    // LINE's webhookEventId, or node:epoch:seq. This index is what makes every repeat harmless.
    .addColumn('source_id', 'text', (c) => c.notNull().unique())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('age_ms', 'bigint')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('node_id', 'text')
    .addColumn('store_id', 'text')
    .addColumn('member_id', 'text')
    .addColumn('visit_id', 'text')
    .addColumn('trust', 'text')
    .addColumn('dm', 'text')
    .addColumn('hwid', 'text')
    // What a footfall counted, or how many rows a node dropped.
    .addColumn('count', 'integer')
    // The raw event while it waits; emptied once it is processed, so that erasing a person stays possible. Sealed,
    // because SQLite leaves the bytes of emptied columns in the file, and a reply token is among them.
    .addColumn('body_sealed', 'blob')
    .execute();
  await schema
    .createIndex('event_pending')
    .on('event')
    .columns(['seq'])
    .where(sql.ref('state'), '=', sql.lit('pending'))
    .execute();
  await schema.createIndex('event_member').on('event').columns(['member_id', 'at']).execute();

  await schema
    .createTable('visit')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('store_id', 'text', (c) => c.notNull().references('store.id'))
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('visit_recent').on('visit').columns(['member_id', 'store_id', 'last_at']).execute();

  await schema
    .createTable('campaign')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema
    .createTable('campaign_version')
    .addColumn('campaign_id', 'text', (c) => c.notNull().references('campaign.id'))
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('trigger_on', 'text', (c) => c.notNull())
    .addColumn('spec', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('campaign_version_pk', ['campaign_id', 'version'])
    .execute();

  await schema
    .createTable('coupon')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('campaign_id', 'text', (c) => c.notNull())
    .addColumn('campaign_version', 'integer', (c) => c.notNull())
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    // campaign | member | period | ordinal: the database refuses a second coupon for the same right.
    .addColumn('issue_key', 'text', (c) => c.notNull().unique())
    .addColumn('code_hash', 'text', (c) => c.notNull().unique())
    .addColumn('code_sealed', 'blob', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('store_id', 'text', (c) => c.notNull())
    .addColumn('issued_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('coupon_member').on('coupon').columns(['member_id', 'campaign_id']).execute();

  await schema
    .createTable('decision')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('event_id', 'text', (c) => c.notNull().references('event.id'))
    .addColumn('campaign_id', 'text', (c) => c.notNull())
    .addColumn('campaign_version', 'integer', (c) => c.notNull())
    .addColumn('member_id', 'text')
    .addColumn('visit_id', 'text')
    .addColumn('node_id', 'text')
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('weighed', 'integer', (c) => c.notNull())
    .addColumn('trust', 'text', (c) => c.notNull())
    .addColumn('passed', 'text', (c) => c.notNull())
    .addColumn('route', 'text')
    .addColumn('coupon_id', 'text')
    .addColumn('decided_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('decision_once', ['event_id', 'campaign_id'])
    .execute();
  await schema.createIndex('decision_visit').on('decision').columns(['visit_id']).execute();
  await schema
    .createIndex('decision_member')
    .on('decision')
    .columns(['member_id', 'campaign_id', 'decided_at'])
    .execute();
  await schema
    .createIndex('decision_fixed_offers')
    .on('decision')
    .columns(['node_id', 'decided_at'])
    .where(sql.ref('trust'), '=', sql.lit('fixed'))
    .execute();

  await schema
    .createTable('delivery')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('decision_id', 'text', (c) => c.notNull().unique().references('decision.id'))
    .addColumn('member_id', 'text', (c) => c.notNull())
    .addColumn('coupon_id', 'text')
    .addColumn('route', 'text', (c) => c.notNull())
    .addColumn('fallback', 'text', (c) => c.notNull())
    // Minted with the row and never changed: LINE knows a repeat by it.
    .addColumn('retry_key', 'text', (c) => c.notNull().unique())
    .addColumn('reply_token_sealed', 'blob')
    .addColumn('token_received_at', 'bigint')
    // The rendered text holds the coupon code.
    .addColumn('messages_sealed', 'blob', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('park_reason', 'text')
    .addColumn('in_doubt', 'integer', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_attempt_at', 'bigint', (c) => c.notNull())
    .addColumn('claimed_until', 'bigint')
    .addColumn('not_after', 'bigint', (c) => c.notNull())
    .addColumn('budget_key', 'text')
    .addColumn('stock_key', 'text')
    .addColumn('request_id', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('settled_at', 'bigint')
    .execute();
  await schema.createIndex('delivery_due').on('delivery').columns(['state', 'next_attempt_at']).execute();
  await schema.createIndex('delivery_coupon').on('delivery').columns(['coupon_id']).execute();

  await schema
    .createTable('delivery_attempt')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('delivery_id', 'text', (c) => c.notNull().references('delivery.id'))
    .addColumn('route', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('detail', 'text')
    .addColumn('request_id', 'text')
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('delivery_attempt_of').on('delivery_attempt').columns(['delivery_id']).execute();

  await schema
    .createTable('counter')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('used', 'bigint', (c) => c.notNull())
    .execute();
}
