import type { Kysely } from 'kysely';

// Old code survives this migration: it neither reads nor must write what is new.
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;

  // When its page was first looked at by a person, and how often.
  await schema.alterTable('coupon').addColumn('opened_at', 'bigint').execute();
  await schema
    .alterTable('coupon')
    .addColumn('opened_count', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  // What was proven to have led to it, as `door:taipei-1-door` or `link:newsletter`; absent where nothing was.
  await schema.alterTable('coupon').addColumn('source', 'text').execute();

  // What made a member a friend: the first source that was proven, or `organic`.
  await schema
    .createTable('friend_source')
    .addColumn('member_id', 'text', (c) => c.primaryKey().references('member.id'))
    .addColumn('source', 'text', (c) => c.notNull())
    // Of the friendship, or of the proof where that came first.
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('proven_at', 'bigint')
    .execute();
}
