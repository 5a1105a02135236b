import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { copyBeside, copyMeta } from './beside-move.ts';
import { openDatabase } from './database.ts';
import { isCorruption, unlessDiskFault } from './disk-fault.ts';
import { type Salvaged, salvageRows } from './outbox-salvage.ts';
import { prepareOutbox } from './outbox-statements.ts';

/** A file that could not be used any more, where it lies now, and how many of its events could still be read. */
export interface Replaced extends Salvaged {
  readonly aside: string;
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

/**
 * Moves the file aside, begins a new one and takes over what can still be read. Whoever has the old one open finds out by
 * its inode. Throws where the disk takes no new file, or not all of what can be read; the old one lies where it was then.
 */
export function replaceBroken(path: string, now: Date, onReplaced: (replaced: Replaced) => void): Database.Database {
  // The latest is evidence; a card that dies breaks one after the other, and they would fill it.
  removeAside(path);
  const aside = `${path}.broken-${now.toISOString().replaceAll(/[:.]/g, '')}`;
  moveFiles(path, aside);
  let db: Database.Database | undefined;
  try {
    db = openDatabase(path);
    onReplaced({ aside, ...salvage(aside, db) });
    return db;
  } catch (error) {
    db?.close();
    // A disk that takes no new file: back, or the next attempt would find nothing to take anything from.
    moveFiles(aside, path);
    throw error;
  }
}

/** With what lies beside it; what lay at `to` before is gone. */
function moveFiles(from: string, to: string): void {
  for (const suffix of PARTS) {
    rmSync(to + suffix, { force: true });
    if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix);
  }
}

const PARTS = ['', '-wal', '-shm'];

/** Also of a file that does not tell how many events it held. */
const NOTHING: Salvaged = { salvaged: 0, lost: 0 };

function salvage(aside: string, target: Database.Database): Salvaged {
  const source = unlessDiskFault(() => openDatabase(aside));
  if (source === undefined) return NOTHING;
  try {
    // One by one: what cannot be read says nothing about the rest.
    unlessDiskFault(() => copyMeta(source, target));
    unlessDiskFault(() => copyBeside(source, target, 'as well'));
    const from = unlessDiskFault(() => prepareOutbox(source));
    return from === undefined ? NOTHING : salvageRows(from, target);
  } finally {
    unlessDiskFault(() => source.close());
  }
}

/** Deletes databases that were moved aside; they are full of events. Returns how many databases. */
export function removeAside(path: string): number {
  const found = asideFiles(path);
  for (const file of found) rmSync(file, { force: true });
  return found.filter((file) => !/-(wal|shm)$/.test(file)).length;
}

/** With their logs. */
export function asideFiles(path: string): readonly string[] {
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(path)}.broken-`))
    .map((name) => join(folder, name));
}
