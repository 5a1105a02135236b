import { sql } from 'kysely';
import type { TillAsk } from '../core/till/request.ts';
import type { Db } from './database.ts';
import { isPostgres } from './dialect.ts';
import { listOf } from './many.ts';

/** Sales of a channel, by the till's own numbers, that a request may create or complete. */
export function ordersOf(ask: TillAsk): readonly string[] {
  switch (ask.type) {
    case 'redeem':
      return ask.redeem.order === undefined ? [] : [ask.redeem.order];
    case 'sale':
      return [ask.sale.transaction];
    case 'sales':
      return ask.sales.map(({ transaction }) => transaction);
    default:
      return [];
  }
}

/**
 * Keeps others from working on the same sales until the transaction ends. A coupon redeemed with a sale, and the sale
 * itself, may arrive at the same instant: no row of either is there yet that the other could wait for, and each would
 * miss the other. Taken before any row is locked, and in one order, so that nobody waits in a ring. SQLite has one
 * writer at a time.
 */
export async function holdOrders(
  db: Db,
  orders: readonly { readonly channel: string; readonly order: string }[],
): Promise<void> {
  if (orders.length === 0 || !isPostgres(db)) return;
  const names = [...new Set(orders.map(({ channel, order }) => `sale ${channel} ${order}`))].sort();
  await sql`
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
    FROM (SELECT name FROM ${listOf(db, names)} AS each_name(name) ORDER BY hashtextextended(name, 0)) AS sorted
  `.execute(db);
}
