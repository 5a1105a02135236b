import { sql } from 'kysely';
import type { CounterPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';

/**
 * Stock and budgets. One guarded statement each way, never read-then-write: of two senders at the last piece exactly
 * one changes a row.
 */
export const counterRows = ({ db }: StoreContext): CounterPort => ({
  async take(key, limit) {
    await db
      .insertInto('counter')
      .values({ key, used: 0 })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
    const { numUpdatedRows } = await db
      .updateTable('counter')
      .set({ used: sql`used + 1` })
      .where('key', '=', key)
      .where(sql<boolean>`used + 1 <= ${limit}`)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },

  async giveBack(key) {
    await db.updateTable('counter').set({ used: sql`used - 1` }).where('key', '=', key).where('used', '>', 0).execute();
  },
});
