import type Database from 'better-sqlite3';
import { isRefusedRow } from './disk-fault.ts';

const TABLES = [
  { name: 'shadow', columns: 'node, body' },
  { name: 'command', columns: 'seq, id, result, follow_up, told' },
  { name: 'radio_request', columns: 'id, body, answer' },
] as const;

/**
 * Copies what is desired, commands and requests; what `from` has wins. `instead`: requests `from` does not have are taken
 * back. One transaction; throws what a disk does to it.
 */
export function copyBeside(from: Database.Database, into: Database.Database, how: 'instead' | 'as well'): void {
  into
    .transaction(() => {
      if (how === 'instead') into.exec('DELETE FROM radio_request');
      for (const { name, columns } of TABLES) copyRows(from, into, name, columns);
    })
    .immediate();
}

/**
 * Copies what a new database must know of one that is given up: the counters of secure frames, or it would show steps of an
 * earlier life, and whose it is.
 */
export function copyMeta(from: Database.Database, into: Database.Database): void {
  copyRows(from, into, 'meta', 'key, value', `WHERE key LIKE 'line-secure-steps:%' OR key = 'node'`);
}

function copyRows(from: Database.Database, into: Database.Database, table: string, columns: string, which = ''): void {
  const names = columns.split(', ');
  const insert = into.prepare(
    `INSERT OR REPLACE INTO ${table} (${columns}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
  );
  for (const row of from.prepare(`SELECT ${columns} FROM ${table} ${which}`).all()) {
    try {
      insert.run(row);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
    }
  }
}
