import { sql } from 'kysely';
import type { EpochMs } from '../../protocol/units.ts';
import { castKeyOf } from '../core/deliver/casts.ts';
import type { DeliveryId } from '../core/ids.ts';
import type { StoreContext } from './context.ts';
import type { DeliveryRow } from './deliveries.ts';
import { listOf, rowsTable } from './many.ts';
import { SCRUBBED } from './sender-settle.ts';

/** In words no index has: SQLite would go through all that waits, and not through the cast. */
const isUnderWay = sql<boolean>`(state IN ('ready', 'sending')) IS TRUE`;

/**
 * Deliveries that go to LINE in one multicast, held together by its retry key. What the key has been used for stays with
 * the row when it is settled; a row that goes alone again has none.
 */
export const castRows = ({ db }: Pick<StoreContext, 'db'>) => {
  const underWay = (keys: readonly string[]) =>
    db.selectFrom('delivery').where('cast_key', 'in', listOf(db, keys)).where(isUnderWay);
  return {
    /**
     * All that is under way of the casts with these keys, held until the transaction ends. A cast of which somebody else
     * holds a row, to settle or to erase it, is left out: who is missing from the list would never get it.
     */
    async whole(keys: readonly string[]): Promise<DeliveryRow[][]> {
      const held = await underWay(keys).selectAll().orderBy('id').forUpdate().skipLocked().execute();
      // Counted after they are held: none of them can leave any more, and nobody joins.
      const counts = await underWay(keys)
        .select(({ fn }) => ['cast_key', fn.countAll<number>().as('n')])
        .groupBy('cast_key')
        .execute();
      return counts.flatMap(({ cast_key, n }) => {
        const members = held.filter((row) => row.cast_key === cast_key);
        return members.length === n ? [members] : [];
      });
    },

    /** Gives each of these casts a key, and returns it by its deliveries. */
    async join(
      casts: readonly (readonly { readonly id: DeliveryId; readonly retryKey: string }[])[],
    ): Promise<ReadonlyMap<DeliveryId, string>> {
      const keys = new Map<DeliveryId, string>();
      for (const cast of casts) {
        const key = castKeyOf(cast.map(({ retryKey }) => retryKey));
        for (const { id } of cast) keys.set(id, key);
      }
      const rows = [...keys].map(([id, cast_key]) => ({ id: id as string, cast_key }));
      await sql`
        UPDATE delivery SET cast_key = r.cast_key FROM ${rowsTable(db, { id: 'text', cast_key: 'text' }, rows)} AS r
        WHERE delivery.id = r.id
      `.execute(db);
      return keys;
    },

    /**
     * Takes a waiting row out for good, whatever it comes back to: LINE would call the key accepted for somebody it was
     * not used for. Only for what has certainly not arrived.
     */
    async leave(id: string): Promise<void> {
      await db.updateTable('delivery').set({ cast_key: null }).where('id', '=', id).execute();
    },

    /** Leaves a waiting row that may have arrived nothing to send: the next claim of its cast ends it as unknown. */
    async empty(id: string): Promise<void> {
      await db.updateTable('delivery').set(SCRUBBED).where('id', '=', id).execute();
    },

    /** LINE takes no multicast before that. */
    async postpone(keys: readonly string[], until: EpochMs): Promise<void> {
      await db
        .updateTable('delivery')
        .set({ next_attempt_at: until })
        .where('cast_key', 'in', listOf(db, keys))
        .where(isUnderWay)
        .execute();
    },
  };
};
