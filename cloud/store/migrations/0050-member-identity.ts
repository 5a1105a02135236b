import type { Kysely } from 'kysely';

// Old code does not survive this migration: it would go on writing to members that were merged or erased.
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;

  // The member this one became a part of. Its row stays, since its id may stand on paper and in backups.
  await schema.alterTable('member').addColumn('merged_into', 'text').execute();
  await schema.alterTable('member').addColumn('erased_at', 'bigint').execute();

  // Revoked because the member already held another one of the campaign: that one. It was shown, so limits count it.
  await schema.alterTable('coupon').addColumn('folded_into', 'text').execute();

  await schema
    .createTable('member_merge')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('survivor_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('absorbed_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('why', 'text', (c) => c.notNull())
    .addColumn('by_whom', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('undone_at', 'bigint')
    // What was changed, with the old values; sealed, since attributes are among them.
    .addColumn('journal_sealed', 'blob', (c) => c.notNull())
    .execute();
  await schema.createIndex('member_merge_survivor').on('member_merge').column('survivor_id').execute();
  await schema.createIndex('member_merge_absorbed').on('member_merge').column('absorbed_id').execute();

  await schema
    .createTable('member_erasure')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('why', 'text', (c) => c.notNull())
    .addColumn('by_whom', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    // Ids of what the nodes were told, as JSON.
    .addColumn('commands', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('member_erasure_member').on('member_erasure').column('member_id').execute();

  // Keyed digests of identities that were erased, so that what LINE still has to say of before is told apart.
  await schema
    .createTable('erased_identity')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('erased_at', 'bigint', (c) => c.notNull())
    .execute();
}
