import { type Kysely, sql } from 'kysely';

// Old code survives this migration: it adds tables that it does not read.
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('access_token')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('channel_kind', 'text')
    .addColumn('channel_id', 'text')
    // SHA-256 of the token in hexadecimal: a token is random, so nobody finds it by trying.
    .addColumn('digest', 'text', (c) => c.notNull().unique())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    // Only so often that it tells whether somebody still uses it.
    .addColumn('last_used_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute();
  // The name is who did something, so of those that work no two have the same.
  await db.schema
    .createIndex('access_token_name')
    .on('access_token')
    .column('name')
    .unique()
    .where(sql.ref('revoked_at'), 'is', null)
    .execute();

  await db.schema
    .createTable('audit')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('by_token', 'text', (c) => c.notNull())
    // As the token was called then.
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('subject_kind', 'text', (c) => c.notNull())
    .addColumn('subject_id', 'text', (c) => c.notNull())
    .addColumn('why', 'text')
    .addColumn('detail', 'text')
    .execute();
  await db.schema.createIndex('audit_at').on('audit').columns(['at', 'id']).execute();
  await db.schema.createIndex('audit_subject').on('audit').columns(['subject_kind', 'subject_id', 'at']).execute();
}
