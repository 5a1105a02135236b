import type { Kysely } from 'kysely';

// Old code survives this migration: it only makes old answers quick to find.
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('till_answer_at').on('till_answer').column('at').execute();
}
