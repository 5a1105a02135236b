import { sql } from 'kysely';
import type { CounterPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';
import { insertRows } from './many.ts';

/**
 * Stock, budgets, and the locks of limits that all members share. Guarded statements each way, never read-then-write:
 * of two senders at the last piece exactly one changes a row.
 */
export const counterRows = ({ db }: Pick<StoreContext, 'db'>) => {
  const takeMany = async (key: string, count: number, limit: number): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('counter')
      .set({ used: sql`used + ${sql.lit(count)}` })
      .where('key', '=', key)
      .where(sql<boolean>`used + ${sql.lit(count)} <= ${sql.lit(limit)}`)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  };
  const makeMissing = (keys: readonly string[]): Promise<number> =>
    insertRows(
      db,
      'counter',
      { key: 'text', used: 'int' },
      keys.map((key) => ({ key, used: 0 })),
      ['key'],
    );

  return {
    /**
     * What was used of each, held against others until the transaction ends. In descending order, which everybody
     * keeps who holds several (`stock|…` before `messages|…`): so two of them cannot wait for one another.
     */
    async hold(keys: readonly string[]): Promise<Map<string, number>> {
      if (keys.length === 0) return new Map();
      const inOrder = [...keys].sort().reverse();
      await makeMissing(inOrder);
      const rows = await db
        .selectFrom('counter')
        .select(['key', 'used'])
        .where('key', 'in', inOrder)
        .orderBy('key', 'desc')
        .forUpdate()
        .execute();
      return new Map(rows.map(({ key, used }) => [key, used]));
    },

    /** Takes `count` of an existing counter unless that would pass `limit`. */
    takeMany,

    async take(...[key, limit]: Parameters<CounterPort['take']>) {
      await makeMissing([key]);
      return await takeMany(key, 1, limit);
    },

    async giveBack(...[key]: Parameters<CounterPort['giveBack']>) {
      await db
        .updateTable('counter')
        .set({ used: sql`used - 1` })
        .where('key', '=', key)
        .where('used', '>', 0)
        .execute();
    },
  };
};
