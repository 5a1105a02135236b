import { rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Numbering } from '../core/outbox-numbering.ts';
import { openDatabase } from './database.ts';
import { isDiskFault } from './disk-fault.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPresenceSnapshots, type PresenceSnapshots } from './presence-snapshot.ts';
import { createRadioSnapshots, type RadioSnapshots } from './radio-snapshot.ts';
import { PROCESS_MEMORY } from './runtime-path.ts';

/** One database with all that radio and uplink tell each other through it: that on the disk, or its stand-in in memory. */
export interface StoreSide {
  readonly db: Database.Database;
  readonly outbox: Outbox;
  readonly snapshots: RadioSnapshots;
  readonly presenceSnapshots: PresenceSnapshots;
}

export function createSide(
  db: Database.Database,
  options: { readonly maxBytes: number; readonly mode: 'disk' | 'memory'; readonly numbering?: Numbering },
): StoreSide {
  return {
    db,
    outbox: createOutbox(db, options),
    snapshots: createRadioSnapshots(db),
    presenceSnapshots: createPresenceSnapshots(db),
  };
}

/** The stand-in: nothing to sync, since it is gone with the power anyway. */
export function openMemory(path: string): Database.Database {
  const db = openDatabase(path);
  db.pragma('synchronous = OFF');
  return db;
}

/** The stand-in whatever happens: one that cannot be read is thrown away, and without a folder it is inside the process. */
export function openMemoryAnyhow(path: string): Database.Database {
  const attempt = (): Database.Database | undefined => {
    try {
      return openMemory(path);
    } catch (error) {
      if (isDiskFault(error)) return undefined;
      throw error;
    }
  };
  const opened = attempt();
  if (opened !== undefined) return opened;
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  return attempt() ?? openMemory(PROCESS_MEMORY);
}

/** Why the radio process does not use the disk, for the uplink to read in the stand-in. */
export function createTroubleNote(memory: Database.Database) {
  const get = memory.prepare<[], string>(`SELECT value FROM meta WHERE key = 'disk-trouble'`).pluck();
  const put = memory.prepare<[string]>(`INSERT OR REPLACE INTO meta VALUES ('disk-trouble', ?)`);
  const drop = memory.prepare<[]>(`DELETE FROM meta WHERE key = 'disk-trouble'`);
  return {
    read: (): string | undefined => get.get(),
    write: (why: string): void => void put.run(why),
    clear: (): void => void drop.run(),
  };
}
