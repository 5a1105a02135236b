import type { Kysely } from 'kysely';

// Old code survives this migration: it finds due deliveries by the same index, and what is new it does not read.
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;

  // Calls an endpoint of LINE may still get; one row for each, shared by all senders.
  await schema
    .createTable('line_budget')
    .addColumn('endpoint', 'text', (c) => c.primaryKey())
    .addColumn('milli_tokens', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('paused_until', 'bigint', (c) => c.notNull())
    .addColumn('strikes', 'integer', (c) => c.notNull())
    .execute();

  // Messages LINE counts in a month; one row, the last LINE told of and what was pushed since.
  await schema
    .createTable('line_quota')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    // The month in LINE's own zone, as 2026-12.
    .addColumn('month', 'text', (c) => c.notNull())
    // Absent: the plan has no limit.
    .addColumn('most', 'bigint')
    .addColumn('used', 'bigint', (c) => c.notNull())
    .addColumn('read_at', 'bigint', (c) => c.notNull())
    .execute();

  // What LINE takes for it, in the currency's smallest unit; replies are free, and what had no price has none here.
  await schema.alterTable('delivery').addColumn('cost_minor', 'bigint').execute();
  await schema.alterTable('delivery').addColumn('cost_currency', 'text').execute();

  // Replies go first, so what is due is looked for by route.
  await schema.dropIndex('delivery_due').execute();
  await schema.createIndex('delivery_due').on('delivery').columns(['state', 'route', 'next_attempt_at']).execute();
}
