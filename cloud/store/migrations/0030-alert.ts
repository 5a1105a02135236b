import type { Kysely } from 'kysely';

// Old code survives this migration: it adds a table that it does not read.
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert')
    .addColumn('id', 'text', (c) => c.primaryKey())
    // The same suspicion of the same door on the same day is one row that counts.
    .addColumn('alert_key', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('hwid', 'text', (c) => c.notNull())
    .addColumn('node_id', 'text')
    // The newest frame that raised it, and the newest event it came with.
    .addColumn('dm', 'text')
    .addColumn('event_id', 'text', (c) => c.notNull())
    .addColumn('off_ms', 'bigint')
    .addColumn('times', 'bigint', (c) => c.notNull())
    .addColumn('first_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('alert_last').on('alert').column('last_at').execute();
}
