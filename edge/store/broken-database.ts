import { existsSync, renameSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { openDatabase } from './database.ts';
import { isCorruption, isDiskFault } from './disk-fault.ts';
import { adopt } from './outbox-move.ts';

/** A file that could not be used any more, where it lies now, and how many events could still be read from it. */
export interface Replaced {
  readonly aside: string;
  readonly salvaged: number;
}

/** Opens the database; one that is corrupt is replaced. Throws where the disk refuses for any other reason. */
export function openOrReplace(path: string, now: Date, onReplaced: (replaced: Replaced) => void): Database.Database {
  try {
    return openDatabase(path);
  } catch (error) {
    if (!isCorruption(error)) throw error;
    return replaceBroken(path, now, onReplaced);
  }
}

/** Moves the file aside, begins a new one and takes over what can still be read. Nobody may have it open for writing. */
export function replaceBroken(path: string, now: Date, onReplaced: (replaced: Replaced) => void): Database.Database {
  const aside = `${path}.broken-${now.toISOString().replaceAll(/[:.]/g, '')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  let salvaged = 0;
  try {
    const db = openDatabase(path);
    salvaged = salvage(aside, db);
    return db;
  } finally {
    // Also where the disk takes no new file either: the old one is away by now.
    onReplaced({ aside, salvaged });
  }
}

function salvage(aside: string, target: Database.Database): number {
  try {
    const source = openDatabase(aside);
    try {
      return adopt(source, target, 'what can be read');
    } finally {
      source.close();
    }
  } catch (error) {
    if (isDiskFault(error)) return 0;
    throw error;
  }
}
