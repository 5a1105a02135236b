import type { Kysely } from 'kysely';

/** What it takes to judge the past again: what an event said, what a member was like, and what LINE still allowed. */
// Old code survives this migration: it adds a column that may be empty and tables that it does not read.
export async function up(db: Kysely<unknown>): Promise<void> {
  // What a judgement needs of an event and no other column holds, as JSON; of a phrase only its keyed digest.
  await db.schema.alterTable('event').addColumn('detail', 'text').execute();

  // What was known of a member before a tag or attribute changed; `before` is empty where it was not there.
  await db.schema
    .createTable('profile_change')
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('before', 'text')
    .addPrimaryKeyConstraint('profile_change_pk', ['member_id', 'at', 'kind', 'name'])
    .execute();

  // The figures LINE gave of the month's messages, each kept from when it changed.
  await db.schema
    .createTable('line_quota_reading')
    .addColumn('at', 'bigint', (c) => c.primaryKey())
    .addColumn('month', 'text', (c) => c.notNull())
    .addColumn('most', 'bigint')
    .addColumn('used', 'bigint', (c) => c.notNull())
    .execute();
}
