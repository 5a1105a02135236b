import type Database from 'better-sqlite3';
import { prepareOutbox } from './outbox-statements.ts';

interface ErasableRow {
  readonly id: number;
  readonly seq: number;
  readonly body: string;
  readonly bytes: number;
}

/** Deletes waiting and parked rows that `isAbout` names. To be called in a transaction. */
export function eraseFromOutbox(
  db: Database.Database,
  isAbout: (seq: number, body: string) => boolean,
): { readonly waiting: number; readonly parked: number } {
  const erase = (table: 'outbox' | 'outbox_parked') => {
    const rows = db.prepare<[], ErasableRow>(`SELECT id, seq, body, bytes FROM ${table}`);
    const remove = db.prepare<[number]>(`DELETE FROM ${table} WHERE id = ?`);
    const gone = [...rows.iterate()].filter(({ seq, body }) => isAbout(seq, body));
    for (const { id } of gone) remove.run(id);
    return { rows: gone.length, bytes: gone.reduce((total, { bytes }) => total + bytes, 0) };
  };
  const waiting = erase('outbox');
  const parked = erase('outbox_parked');
  prepareOutbox(db).add.run(-waiting.rows, -waiting.bytes, -parked.rows, -parked.bytes);
  return { waiting: waiting.rows, parked: parked.rows };
}
