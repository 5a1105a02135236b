import { sql } from 'kysely';
import type { StoreId } from '../../protocol/ids.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { MemberId, VisitId } from '../core/ids.ts';
import type { KnownVisit } from '../core/working-set-types.ts';
import type { StoreContext } from './context.ts';
import { listOf, rowsTable, type Shape } from './many.ts';
import { setRows } from './member-journal.ts';
import { visitTraces } from './visit-traces.ts';

/** Visits of members; their bounds follow the time of events, so that one that came late may widen or join them. */
export const visitRows = ({ db }: Pick<StoreContext, 'db'>) => ({
  /** Those of these members, at any store, that had not ended before `since`. */
  async ofMembers(members: readonly MemberId[], since: EpochMs): Promise<KnownVisit[]> {
    if (members.length === 0) return [];
    const rows = await db
      .selectFrom('visit')
      .selectAll()
      .where('member_id', 'in', listOf(db, members))
      .where('last_at', '>=', since)
      .orderBy('last_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      id: row.id as VisitId,
      memberId: row.member_id as MemberId,
      storeId: row.store_id as StoreId,
      openedAt: epochMs(row.opened_at),
      lastAt: epochMs(row.last_at),
    }));
  },

  /** Writes new ones and the new bounds of known ones. */
  async saveAll(visits: readonly KnownVisit[]): Promise<void> {
    if (visits.length === 0) return;
    await sql`
      INSERT INTO visit (id, member_id, store_id, opened_at, last_at)
      SELECT id, member_id, store_id, opened_at, last_at FROM ${rowsTable(db, SHAPE, visits.map(toRow))} AS r WHERE true
      ON CONFLICT (id) DO UPDATE SET opened_at = excluded.opened_at, last_at = excluded.last_at
    `.execute(db);
  },

  /** One visit swallowed another: what points at it points at the one that stays. */
  async absorb(from: VisitId, into: VisitId): Promise<void> {
    for (const { table, column, ids } of await visitTraces(db, from)) {
      if (ids.length > 0) await setRows(db, { table, keyColumn: 'id', keys: ids, column, from, to: into });
    }
    await db.deleteFrom('visit').where('id', '=', from).execute();
  },
});

const SHAPE = {
  id: 'text',
  member_id: 'text',
  store_id: 'text',
  opened_at: 'int',
  last_at: 'int',
} as const satisfies Shape<ReturnType<typeof toRow>>;

const toRow = ({ id, memberId, storeId, openedAt, lastAt }: KnownVisit) => ({
  id,
  member_id: memberId,
  store_id: storeId,
  opened_at: openedAt,
  last_at: lastAt,
});
