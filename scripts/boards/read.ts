import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { Board, type Boards } from './board.ts';

/** All boards of a folder; throws with the file's name where one is not a board. */
export function readBoards(folder: string): Boards {
  const boards = new Map<string, Board>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.yaml')) continue;
    const board = Board.safeParse(parse(readFileSync(join(folder, file), 'utf8')));
    if (!board.success) {
      const faults = board.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole file'}: ${message}`);
      throw new Error(`${join(folder, file)}: ${faults.join('; ')}`);
    }
    boards.set(basename(file, '.yaml'), board.data);
  }
  return boards;
}

/** What the firmware calls this machine; nothing on a PC. */
export function readModel(root: string): string | undefined {
  const path = join(root, 'proc/device-tree/model');
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\0', '').trim() : undefined;
}
