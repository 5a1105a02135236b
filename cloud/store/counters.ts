import { sql } from 'kysely';
import { countsNothing } from '../core/counter-keys.ts';
import type { CounterPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';
import { insertRows, listOf } from './many.ts';

/**
 * Stock, budgets, and the locks of limits that all members share. Guarded statements each way, never read-then-write:
 * of two senders at the last piece exactly one changes a row.
 */
export const counterRows = ({ db }: Pick<StoreContext, 'db'>) => {
  const takeMany = async (key: string, count: number, limit: number): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('counter')
      .set({ used: sql`used + ${count}` })
      .where('key', '=', key)
      .where(sql<boolean>`used + ${count} <= ${limit}`)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  };
  const giveBackMany = async (key: string, count: number): Promise<void> => {
    await db
      .updateTable('counter')
      .set({ used: sql`used - ${sql.lit(count)}` })
      .where('key', '=', key)
      .where('used', '>=', count)
      .execute();
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
     * What was used of each. `firm`: held against others until the transaction ends. Else what one takes from is only
     * looked at, so that batches of one campaign need not wait for each other: taking is guarded, whoever was overtaken
     * there begins anew, firm. Locks that count nothing are always held. In descending order, which everybody keeps who
     * holds several (`stock|…` before `messages|…`): so two of them cannot wait for one another.
     */
    async hold(keys: readonly string[], firm: boolean): Promise<Map<string, number>> {
      if (keys.length === 0) return new Map();
      const read = async (some: readonly string[], held: boolean) =>
        some.length === 0
          ? []
          : await db
              .selectFrom('counter')
              .select(['key', 'used'])
              .where('key', 'in', listOf(db, some))
              .orderBy('key', 'desc')
              .$if(held, (rows) => rows.forUpdate())
              .execute();
      const isHeld = (key: string): boolean => firm || countsNothing(key);
      const readAll = async () => [
        ...(await read(keys.filter(isHeld), true)),
        ...(await read(
          keys.filter((key) => !isHeld(key)),
          false,
        )),
      ];
      let rows = await readAll();
      if (rows.length < new Set(keys).size) {
        await makeMissing([...keys].sort().reverse());
        rows = await readAll();
      }
      return new Map(rows.map(({ key, used }) => [key, used]));
    },

    /** Takes `count` of an existing counter unless that would pass `limit`. */
    takeMany,

    async take(...[key, limit]: Parameters<CounterPort['take']>) {
      await makeMissing([key]);
      return await takeMany(key, 1, limit);
    },

    async giveBack(...[key]: Parameters<CounterPort['giveBack']>) {
      await giveBackMany(key, 1);
    },

    /** One of each of these back, a key as often as it is named, in the order everybody keeps. */
    async giveBackAll(keys: readonly string[]): Promise<void> {
      const counts = new Map<string, number>();
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
      for (const key of [...counts.keys()].sort().reverse()) await giveBackMany(key, counts.get(key) ?? 0);
    },
  };
};
