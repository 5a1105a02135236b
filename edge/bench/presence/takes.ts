import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accept, type Result, reject } from '../../../protocol/result.ts';
import { type CsvRejectCode, parseReceiverTable } from '../../radio/walk-csv.ts';
import type { Take } from './judge.ts';

export type TakesRejectCode = CsvRejectCode | 'data-unreadable' | 'data-empty';

/**
 * Every receiver of every recording in a folder of labelled tables: a receiver whose name begins with `I` stands inside
 * and should say "here" while the label is not 0, one beginning with `O` outside and should say so while it is.
 */
export function readTakes(folder: string): Result<readonly Take[], TakesRejectCode> {
  let files: string[];
  try {
    files = readdirSync(folder)
      .filter((name) => name.endsWith('.csv'))
      .sort();
  } catch (error) {
    return reject('data-unreadable', `${folder} cannot be read: ${String(error)}`);
  }
  if (files.length === 0) return reject('data-empty', `${folder} holds no recording (*.csv)`);
  const takes: Take[] = [];
  for (const file of files) {
    const table = parseReceiverTable(readFileSync(join(folder, file), 'utf8'));
    if (!table.ok) return reject(table.reject.code, `${join(folder, file)}: ${table.reject.detail}`);
    const begin = table.value.rows[0]?.atMs ?? 0;
    for (const [column, receiver] of table.value.receivers.entries()) {
      const inside = receiver.startsWith('I');
      const slots = table.value.rows.map(({ atMs, dbm, label }) => ({
        atMs: atMs - begin,
        dbm: dbm[column],
        here: (label !== '0') === inside,
      }));
      takes.push({ recording: file.replace(/\.csv$/, ''), receiver, slots });
    }
  }
  return accept(takes);
}
