import { type Kysely, sql } from 'kysely';

// Old code does not survive this migration: it writes decisions without the store that caps count by.
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;

  // Caps count what members got, or would have got; where, since a member may have had enough of one shop.
  await schema.alterTable('decision').addColumn('store_id', 'text').execute();
  await sql`UPDATE decision SET store_id = (SELECT event.store_id FROM event WHERE event.id = decision.event_id)`.execute(
    db,
  );
  await sql`CREATE INDEX decision_member_got ON decision (member_id, decided_at) WHERE outcome IN ('granted', 'ghost')`.execute(
    db,
  );
  await sql`CREATE INDEX decision_campaign_got ON decision (campaign_id, decided_at) WHERE outcome IN ('granted', 'ghost')`.execute(
    db,
  );
  await schema.dropIndex('decision_member').execute();

  // A coupon given for a keyword was issued by no shop.
  await schema.alterTable('coupon').addColumn('issued_by', 'text').execute();
  await sql`UPDATE coupon SET issued_by = store_id`.execute(db);
  await schema.alterTable('coupon').dropColumn('store_id').execute();
  await schema.alterTable('coupon').renameColumn('issued_by', 'store_id').execute();

  // The arm of an experiment a member fell into at first exposure; never changed.
  await schema
    .createTable('exposure')
    .addColumn('campaign_id', 'text', (c) => c.notNull())
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('arm', 'text', (c) => c.notNull())
    .addColumn('bucket', 'integer', (c) => c.notNull())
    .addColumn('algorithm', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('exposure_pk', ['campaign_id', 'member_id'])
    .execute();

  // Decisions put off to when the shop opens; the clock makes an event of each.
  await schema
    .createTable('deferral')
    .addColumn('event_id', 'text', (c) => c.notNull().references('event.id'))
    .addColumn('campaign_id', 'text', (c) => c.notNull())
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('trigger_on', 'text', (c) => c.notNull())
    .addColumn('until', 'bigint', (c) => c.notNull())
    .addColumn('closed_at', 'bigint')
    .addPrimaryKeyConstraint('deferral_pk', ['event_id', 'campaign_id'])
    .execute();
  await sql`CREATE INDEX deferral_due ON deferral (until) WHERE closed_at IS NULL`.execute(db);

  // Runs of scheduled campaigns. `after_member` is how far a run has come, so that it goes on where it was cut off.
  await schema
    .createTable('schedule_run')
    .addColumn('campaign_id', 'text', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('after_member', 'text', (c) => c.notNull())
    .addColumn('done_at', 'bigint')
    .addPrimaryKeyConstraint('schedule_run_pk', ['campaign_id', 'due_at'])
    .execute();
}
