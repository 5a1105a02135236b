import type { Kysely } from 'kysely';

// Old code survives this migration: it adds a table that it does not read.
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('vault_check')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    // A known text, sealed with the key everything else in this database is sealed with.
    .addColumn('sealed', 'blob', (c) => c.notNull())
    .execute();
}
