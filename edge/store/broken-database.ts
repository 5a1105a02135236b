import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { copyBeside, copyMeta } from './beside-move.ts';
import { openDatabase } from './database.ts';
import { isCorruption, unlessDiskFault } from './disk-fault.ts';
import { type Salvaged, salvageRows } from './outbox-salvage.ts';

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
 * its inode.
 */
export function replaceBroken(path: string, now: Date, onReplaced: (replaced: Replaced) => void): Database.Database {
  // The latest is evidence; a card that dies breaks one after the other, and they would fill it.
  removeAside(path);
  const aside = `${path}.broken-${now.toISOString().replaceAll(/[:.]/g, '')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  let told: Salvaged = NOTHING;
  try {
    const db = openDatabase(path);
    told = salvage(aside, db);
    return db;
  } finally {
    // Also where the disk takes no new file either: the old one is away by now.
    onReplaced({ aside, ...told });
  }
}

/** Also of a file that does not tell how many events it held. */
const NOTHING: Salvaged = { salvaged: 0, lost: 0 };

function salvage(aside: string, target: Database.Database): Salvaged {
  const source = unlessDiskFault(() => openDatabase(aside));
  if (source === undefined) return NOTHING;
  try {
    // One by one: what cannot be read says nothing about the rest.
    unlessDiskFault(() => copyMeta(source, target));
    unlessDiskFault(() => copyBeside(source, target, 'as well'));
    return unlessDiskFault(() => salvageRows(source, target)) ?? NOTHING;
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
