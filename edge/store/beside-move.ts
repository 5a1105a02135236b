import type Database from 'better-sqlite3';

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
 * Copies the counters of secure frames out of a database that is given up: one that began anew would show steps of an
 * earlier life.
 */
export function copySecureCounters(from: Database.Database, into: Database.Database): void {
  copyRows(from, into, 'meta', 'key, value', `WHERE key LIKE 'line-secure-steps:%'`);
}

function copyRows(from: Database.Database, into: Database.Database, table: string, columns: string, which = ''): void {
  const names = columns.split(', ');
  const insert = into.prepare(
    `INSERT OR REPLACE INTO ${table} (${columns}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
  );
  for (const row of from.prepare(`SELECT ${columns} FROM ${table} ${which}`).all()) insert.run(row);
}
