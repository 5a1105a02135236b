import type { Kysely } from 'kysely';

// Old code survives this migration: it adds columns and a table that it neither reads nor has to write.
export async function up(db: Kysely<unknown>): Promise<void> {
  // A rollback makes a new version; this is the one it says again.
  await db.schema.alterTable('campaign_version').addColumn('restores', 'integer').execute();
  // The name the campaign had in this version; absent in those from before.
  await db.schema.alterTable('campaign_version').addColumn('name', 'text').execute();
  // Who brought a document, where they said so: what they do not bring any more may then be taken away.
  await db.schema
    .createTable('applied_by')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('applied_by_pk', ['kind', 'id'])
    .execute();
  await db.schema.createIndex('applied_by_owner').on('applied_by').column('owner').execute();
  // How many coupons a campaign gave.
  await db.schema.createIndex('coupon_campaign').on('coupon').columns(['campaign_id', 'state']).execute();
}
