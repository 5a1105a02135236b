import type { Kysely } from 'kysely';

// Old code does not survive this migration: it would send once more, one by one, what a multicast may have brought already.
export async function up(db: Kysely<unknown>): Promise<void> {
  // The retry key of the multicast it goes with; empty for what goes alone.
  await db.schema.alterTable('delivery').addColumn('cast_key', 'text').execute();
  // All of a cast; of most deliveries there is nothing in it.
  await db.schema
    .createIndex('delivery_cast')
    .on('delivery')
    .column('cast_key')
    .where('cast_key', 'is not', null)
    .execute();
}
