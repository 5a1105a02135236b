import type { Kysely } from 'kysely';

// Old code survives this migration: it adds tables that it does not read.
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('member_tag')
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('tag', 'text', (c) => c.notNull())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('member_tag_pk', ['member_id', 'tag'])
    .execute();
  await db.schema.createIndex('member_tag_by_tag').on('member_tag').column('tag').execute();

  // What is known of a person by name: tier, birthday, and whatever forms and imports bring. The value is JSON.
  await db.schema
    .createTable('member_attribute')
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('set_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('member_attribute_pk', ['member_id', 'name'])
    .execute();

  // That a form was sent; what it said stands in attributes, links and consents, which can be erased.
  await db.schema
    .createTable('form_answer')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('form_id', 'text', (c) => c.notNull())
    .addColumn('wording_version', 'text', (c) => c.notNull())
    .addColumn('member_id', 'text', (c) => c.notNull().references('member.id'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
}
