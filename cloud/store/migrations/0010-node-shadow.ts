import type { Kysely } from 'kysely';

// Old code survives this migration: it adds tables that it does not read.
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('node_shadow')
    .addColumn('node_id', 'text', (c) => c.primaryKey().references('node.id'))
    // The store in the topics the node uses: that of its bundle, until it gets a new one.
    .addColumn('topic_store', 'text')
    // 0: nothing is desired.
    .addColumn('desired_version', 'integer', (c) => c.notNull())
    .addColumn('desired', 'text')
    .addColumn('desired_at', 'bigint')
    .addColumn('reported_version', 'integer', (c) => c.notNull())
    .addColumn('reported', 'text')
    .addColumn('reported_at', 'bigint')
    .execute();
  await db.schema
    .createTable('node_command')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('node_id', 'text', (c) => c.notNull().references('node.id'))
    .addColumn('command', 'text', (c) => c.notNull())
    // As published; who was to be erased is taken out once it is answered.
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('result', 'text')
    .addColumn('answered_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('node_command_by_node')
    .on('node_command')
    .columns(['node_id', 'state', 'expires_at'])
    .execute();
}
