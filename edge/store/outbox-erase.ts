import type Database from 'better-sqlite3';
import { prepareOutbox } from './outbox-statements.ts';

interface ErasableRow {
  readonly id: number;
  readonly body: string;
  readonly bytes: number;
}

/**
 * Deletes waiting and parked rows that `isAbout` names. To be called in a transaction. A full outbox is larger than the
 * memory a node's process may have: nothing of the rows that stay is kept.
 */
export function eraseFromOutbox(
  db: Database.Database,
  isAbout: (body: string) => boolean,
): { readonly waiting: number; readonly parked: number } {
  const erase = (table: 'outbox' | 'outbox_parked') => {
    const rows = db.prepare<[], ErasableRow>(`SELECT id, body, bytes FROM ${table}`);
    const remove = db.prepare<[number]>(`DELETE FROM ${table} WHERE id = ?`);
    const gone: number[] = [];
    let freed = 0;
    for (const { id, body, bytes } of rows.iterate()) {
      if (!isAbout(body)) continue;
      gone.push(id);
      freed += bytes;
    }
    for (const id of gone) remove.run(id);
    return { rows: gone.length, bytes: freed };
  };
  const waiting = erase('outbox');
  const parked = erase('outbox_parked');
  prepareOutbox(db).add.run(-waiting.rows, -waiting.bytes, -parked.rows, -parked.bytes);
  return { waiting: waiting.rows, parked: parked.rows };
}
