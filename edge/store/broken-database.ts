import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { copyBeside, copySecureCounters } from './beside-move.ts';
import { openDatabase } from './database.ts';
import { isCorruption, unlessDiskFault } from './disk-fault.ts';
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
  const source = unlessDiskFault(() => openDatabase(aside));
  if (source === undefined) return 0;
  try {
    // One by one: what cannot be read says nothing about the rest.
    unlessDiskFault(() => copySecureCounters(source, target));
    unlessDiskFault(() => copyBeside(source, target, 'as well'));
    return unlessDiskFault(() => adopt(source, target, 'what can be read')) ?? 0;
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
