import type { Kysely } from 'kysely';

// Old code survives this migration: credentials it makes are missing here, and their nodes are told to be given new ones.
export async function up(db: Kysely<unknown>): Promise<void> {
  // The node's MQTT password as Mosquitto keeps it: it cannot be made later, when only our own hash is left.
  await db.schema.alterTable('node').addColumn('mosquitto_hash', 'text').execute();
}
