import type { Kysely } from 'kysely';

// Old code survives this migration: it leaves the column empty.
export async function up(db: Kysely<unknown>): Promise<void> {
  // What was wrong with the message, where a decision failed for it.
  await db.schema.alterTable('decision').addColumn('complaint', 'text').execute();
}
