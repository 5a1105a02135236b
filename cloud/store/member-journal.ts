import { sql } from 'kysely';
import type { JournalCell, JournalRow, MergeChange } from '../core/member/journal.ts';
import type { Db } from './database.ts';
import { listOf } from './many.ts';

/** Changes rows and remembers how they were, in the caller's transaction. */
export function journalWriter(db: Db) {
  const changes: MergeChange[] = [];

  const add = async (table: string, row: JournalRow): Promise<void> => {
    changes.push({ kind: 'added', table, row });
    await insertRow(db, table, row);
  };

  /** Of these rows, which have `from`. */
  const set = async ({ keys: all, ...change }: SetRows): Promise<void> => {
    const keys = [...new Set(all)].sort();
    if (keys.length === 0 || change.from === change.to) return;
    changes.push({ kind: 'set', ...change, keys });
    await setRows(db, { ...change, keys });
  };

  return {
    changes: changes as readonly MergeChange[],
    note: (change: MergeChange): void => void changes.push(change),

    /** Sets `column` of all rows that have `from` in it and `value` in `where`; returns how many there were. */
    async setWhere(
      table: string,
      keyColumn: string,
      [where, value]: readonly [string, string],
      column: string,
      to: JournalCell,
    ): Promise<number> {
      const { rows } = await sql<{ id: string; old: JournalCell }>`
        SELECT ${sql.ref(keyColumn)} AS id, ${sql.ref(column)} AS old FROM ${sql.table(table)} WHERE ${sql.ref(where)} = ${value}
      `.execute(db);
      const byOld = new Map<JournalCell, string[]>();
      for (const { id, old } of rows) {
        const known = byOld.get(old);
        if (known === undefined) byOld.set(old, [id]);
        else known.push(id);
      }
      for (const [from, keys] of byOld) await set({ table, keyColumn, keys, column, from, to });
      return rows.length;
    },

    set,

    add,

    async remove(table: string, row: JournalRow): Promise<void> {
      changes.push({ kind: 'removed', table, row });
      await deleteRow(db, table, row);
    },
  };
}

export type JournalWriter = ReturnType<typeof journalWriter>;

type SetRows = Omit<Extract<MergeChange, { readonly kind: 'set' }>, 'kind'>;

/** Sets `column` of those of these rows that still have `from`; returns how many had. */
export async function setRows(db: Db, { table, keyColumn, keys, column, from, to }: SetRows): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${to}
    WHERE ${sql.ref(keyColumn)} IN ${listOf(db, keys)} AND ${same(column, from)}
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** False when a row of that key is there already. */
export async function insertRow(db: Db, table: string, row: JournalRow): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO ${sql.table(table)} (${sql.join(Object.keys(row).map((column) => sql.ref(column)))})
    VALUES (${sql.join(Object.values(row))}) ON CONFLICT DO NOTHING
  `.execute(db);
  return Number(numAffectedRows ?? 0) === 1;
}

/** False when there is no row that is the same in every column. */
export async function deleteRow(db: Db, table: string, row: JournalRow): Promise<boolean> {
  const all = Object.entries(row).map(([column, value]) => same(column, value));
  const { numAffectedRows } = await sql`
    DELETE FROM ${sql.table(table)} WHERE ${sql.join(all, sql` AND `)}
  `.execute(db);
  return Number(numAffectedRows ?? 0) === 1;
}

const same = (column: string, value: JournalCell) =>
  value === null ? sql`${sql.ref(column)} IS NULL` : sql`${sql.ref(column)} = ${value}`;
