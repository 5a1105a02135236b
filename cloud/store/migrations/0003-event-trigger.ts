import { type Kysely, sql } from 'kysely';

// Old code survives this migration: it adds a column that may be empty.
export async function up(db: Kysely<unknown>): Promise<void> {
  // What campaigns could wait for in the event. A beacon event may also say that somebody stayed, which starts nothing,
  // and the body that tells one from the other is not kept.
  await db.schema.alterTable('event').addColumn('trigger_on', 'text').execute();
  await sql`
    UPDATE event SET trigger_on = CASE WHEN type = 'beacon' THEN 'enter' ELSE type END
    WHERE state = 'done' AND type IN ('beacon', 'enter', 'dwell', 'exit')
  `.execute(db);
}
