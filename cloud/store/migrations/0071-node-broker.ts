import type { Kysely } from 'kysely';

// Old code survives this migration: it leaves the new column empty, which counts as everybody's.
export async function up(db: Kysely<unknown>): Promise<void> {
  // The broker that a node last said something through. Of several on one database each may only forget its own.
  await db.schema.alterTable('node_state').addColumn('broker', 'text').execute();
}
