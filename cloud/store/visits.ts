import { epochMs } from '../../protocol/units.ts';
import type { VisitId } from '../core/ids.ts';
import type { VisitPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';

/** Late events look back at most this many visits; older ones no longer change. */
const RECENT = 5;

export const visitRows = ({ db, mint }: StoreContext): VisitPort => ({
  async recent(member, store) {
    const rows = await db
      .selectFrom('visit')
      .select(['id', 'opened_at', 'last_at'])
      .where('member_id', '=', member)
      .where('store_id', '=', store)
      .orderBy('last_at', 'desc')
      .limit(RECENT)
      .execute();
    return rows.map((row) => ({
      id: row.id as VisitId,
      openedAt: epochMs(row.opened_at),
      lastAt: epochMs(row.last_at),
    }));
  },

  async open(member, store, at) {
    const id = mint.id('visit') as VisitId;
    await db
      .insertInto('visit')
      .values({ id, member_id: member, store_id: store, opened_at: at, last_at: at })
      .execute();
    return id;
  },

  async extend(id, openedAt, lastAt) {
    await db.updateTable('visit').set({ opened_at: openedAt, last_at: lastAt }).where('id', '=', id).execute();
  },
});
