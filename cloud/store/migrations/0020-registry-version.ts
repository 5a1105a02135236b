import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../dialect.ts';

/** What a process may keep in memory between two decisions, as long as nobody changes it. */
const WATCHED = ['store', 'node', 'campaign', 'campaign_version', 'document'] as const;

// Old code survives this migration: it adds a table that it does not read, and keeps it right without knowing.
export async function up(db: Kysely<unknown>): Promise<void> {
  // Manifests that are only ever read whole: segments, the policy of the house.
  await db.schema
    .createTable('document')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('spec', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('document_pk', ['kind', 'id'])
    .execute();

  // One row. The database counts by itself: whoever changes the registry, by whatever way, cannot forget to.
  await db.schema
    .createTable('registry_version')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('version', 'bigint', (c) => c.notNull())
    .execute();
  await sql`INSERT INTO registry_version (id, version) VALUES (1, 1)`.execute(db);
  await (isPostgres(db) ? watchPostgres(db) : watchSqlite(db));

  // Whether a campaign was weighed in a visit, without reading all the rows of a long visit that were not.
  await db.schema
    .createIndex('decision_weighed')
    .on('decision')
    .columns(['visit_id', 'campaign_id'])
    .where(sql.ref('weighed'), '=', sql.lit(1))
    .execute();
  await db.schema.dropIndex('decision_visit').execute();
  // Most events are of nobody we know; they need not stand in an index that is asked by member.
  await db.schema.dropIndex('event_member').execute();
  await db.schema
    .createIndex('event_member')
    .on('event')
    .columns(['member_id', 'at'])
    .where(sql.ref('member_id'), 'is not', null)
    .execute();
}

async function watchSqlite(db: Kysely<unknown>): Promise<void> {
  for (const table of WATCHED) {
    for (const change of ['INSERT', 'UPDATE', 'DELETE']) {
      await sql
        .raw(`CREATE TRIGGER ${table}_${change.toLowerCase()}_counts AFTER ${change} ON ${table}
              BEGIN UPDATE registry_version SET version = version + 1; END`)
        .execute(db);
    }
  }
}

async function watchPostgres(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION count_registry_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN UPDATE registry_version SET version = version + 1; RETURN NULL; END $$
  `.execute(db);
  for (const table of WATCHED) {
    await sql
      .raw(`CREATE TRIGGER ${table}_counts AFTER INSERT OR UPDATE OR DELETE ON ${table}
            FOR EACH STATEMENT EXECUTE FUNCTION count_registry_change()`)
      .execute(db);
  }
}
