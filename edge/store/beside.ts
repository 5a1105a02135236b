import type Database from 'better-sqlite3';
import type { NodeId } from '../../protocol/ids.ts';
import type { MonoMs } from '../../protocol/units.ts';
import { OUTBOX_LOOK_AGAIN_MS } from '../core/thresholds.ts';
import { copyBeside } from './beside-move.ts';
import { type CommandStore, createCommandStore } from './commands.ts';
import { openDatabase } from './database.ts';
import { inodeOf, isDiskFault, unlessDiskFault } from './disk-fault.ts';
import { createNodeConfigStore, type NodeConfigStore } from './node-config.ts';
import { createRadioRequests, type RadioRequests } from './radio-requests.ts';
import { openMemory, openMemoryAnyhow } from './store-side.ts';
import { createUplinkSnapshots, type UplinkSnapshots } from './uplink-snapshot.ts';

/**
 * What lies beside the outbox, where both daemons see it: what is desired, commands, what the uplink asks of the radio.
 *
 *   disk ──a write of the uplink fails: copied, marked in memory──▶ stand-in in memory
 *    ▲                                                                     │
 *    └────── the disk takes all of it back: the mark is taken away ◀───────┘
 *
 * Invariants: while the mark is there both daemons use the stand-in, else the disk; only the uplink sets and takes it. A
 * connection that met a fault is opened anew, since what was opened read-only stays so, and one whose file was replaced
 * follows it.
 */
export interface Beside {
  readonly config: NodeConfigStore;
  readonly commands: CommandStore;
  readonly requests: RadioRequests;
  readonly uplinkSnapshots: UplinkSnapshots;
  /** Once a beat: goes back to the disk as soon as it takes writes, also while there is nothing to say. */
  tend(): void;
  /** Differs from its last value when another connection has committed, or another database is in use. */
  version(): string;
  /** For what belongs on the disk alone. Throws the disk's fault while it cannot be opened. */
  disk(): Database.Database;
  close(): void;
}

interface Side extends Pick<Beside, 'config' | 'commands' | 'requests' | 'uplinkSnapshots'> {
  readonly db: Database.Database;
  readonly inode: number | undefined;
  readonly isMarked: () => boolean;
}

export function openBeside(parts: {
  readonly diskPath: string;
  readonly memoryPath: string;
  readonly nodeId: NodeId;
  readonly role: 'radio' | 'uplink';
  readonly mono: () => MonoMs;
}): Beside {
  const { diskPath, memoryPath, nodeId, role, mono } = parts;
  let disk: Side | undefined;
  let memory: Side | undefined;
  /** Of the disk's connection; it is not trusted any more. */
  let fault: Error | undefined;
  let isFirst = true;
  let opened = 0;
  let lookAt = Number.NEGATIVE_INFINITY;

  function sideOf(db: Database.Database, path: string): Side {
    opened += 1;
    // A request names who asked to be forgotten.
    db.pragma('secure_delete = ON');
    const mark = markOf(db);
    return {
      db,
      inode: inodeOf(path),
      config: createNodeConfigStore(db, nodeId),
      commands: createCommandStore(db, nodeId),
      requests: createRadioRequests(db, nodeId),
      uplinkSnapshots: createUplinkSnapshots(db),
      isMarked: () => mark.get() !== undefined,
    };
  }

  function look(): void {
    if (mono() < lookAt) return;
    lookAt = mono() + OUTBOX_LOOK_AGAIN_MS;
    followDisk();
    followMemory();
    if (role === 'uplink' && memory?.isMarked() === true) comeBack(memory);
  }

  function followDisk(): void {
    const inode = inodeOf(diskPath);
    // A file that is gone is being replaced, or was wiped: nobody but the first look makes one.
    if (fault !== undefined || (inode !== undefined && inode !== disk?.inode)) disk = closed(disk);
    if (disk !== undefined || (inode === undefined && !isFirst)) return;
    isFirst = false;
    try {
      disk = sideOf(openDatabase(diskPath), diskPath);
      fault = undefined;
    } catch (error) {
      if (!isDiskFault(error)) throw error;
      fault = error;
    }
  }

  function followMemory(): void {
    const inode = inodeOf(memoryPath);
    if (memory === undefined ? inode === undefined : memory.inode === inode) return;
    memory = closed(memory);
    if (inode !== undefined) memory = unlessDiskFault(() => sideOf(openMemory(memoryPath), memoryPath));
  }

  function comeBack(from: Side): void {
    const into = disk;
    if (into === undefined) return;
    try {
      copyBeside(from.db, into.db, markOf(from.db).get() === 'all' ? 'instead' : 'as well');
      markOf(from.db).clear();
    } catch (error) {
      if (!isDiskFault(error)) throw error;
      fault = error;
    }
  }

  function standIn(): Side {
    memory ??= sideOf(openMemoryAnyhow(memoryPath), memoryPath);
    const { db, isMarked } = memory;
    if (role === 'radio' || isMarked()) return memory;
    const from = disk;
    const isAll = from !== undefined && unlessDiskFault(() => copyBeside(from.db, db, 'instead') ?? true) === true;
    // What a disk that cannot even be read holds is not known, and not to be taken away later.
    markOf(db).set(isAll ? 'all' : 'some');
    return memory;
  }

  function side(): Side {
    look();
    if (memory?.isMarked() === true) return memory;
    return disk ?? standIn();
  }

  function write(action: (side: Side) => void): void {
    const present = side();
    try {
      action(present);
    } catch (error) {
      if (present !== disk || !isDiskFault(error)) throw error;
      fault = error;
      if (role === 'radio') throw error;
      action(standIn());
    }
  }

  look();

  return {
    config: { read: () => side().config.read(), write: (shadow) => write(({ config }) => config.write(shadow)) },
    commands: {
      known: (id) => side().commands.known(id),
      begin: (id) => write(({ commands }) => commands.begin(id)),
      finish: (result, followUp) => write(({ commands }) => commands.finish(result, followUp)),
      untold: () => side().commands.untold(),
      told: (id) => write(({ commands }) => commands.told(id)),
      unfinished: () => side().commands.unfinished(),
    },
    requests: {
      ask: (request) => write(({ requests }) => requests.ask(request)),
      find: (id) => side().requests.find(id),
      all: () => side().requests.all(),
      open: () => side().requests.open(),
      answer: (id, count) => write(({ requests }) => requests.answer(id, count)),
      answerOf: (id) => side().requests.answerOf(id),
      takeBack: (id) => write(({ requests }) => requests.takeBack(id)),
    },
    uplinkSnapshots: {
      write: (snapshot) => write(({ uplinkSnapshots }) => uplinkSnapshots.write(snapshot)),
      read: () => side().uplinkSnapshots.read(),
    },
    tend: look,
    version() {
      const { db } = side();
      return `${opened} ${db === memory?.db ? 'memory' : 'disk'} ${String(db.pragma('data_version', { simple: true }))}`;
    },
    disk() {
      look();
      if (disk !== undefined) return disk.db;
      throw fault ?? new Error(`there is no database ${diskPath}`);
    },
    close() {
      disk = closed(disk);
      memory = closed(memory);
    },
  };
}

function closed(side: Side | undefined): undefined {
  unlessDiskFault(() => side?.db.close());
}

/** Whether what lies beside the outbox is in this one at present; for somebody who only looks. */
export const isStandIn = (memory: Database.Database): boolean => markOf(memory).get() !== undefined;

/** Says that what is in the stand-in counts, and whether that is all the disk had. */
function markOf(db: Database.Database) {
  const get = db.prepare<[], string>(`SELECT value FROM meta WHERE key = 'beside'`).pluck();
  const put = db.prepare<[string]>(`INSERT OR REPLACE INTO meta VALUES ('beside', ?)`);
  const drop = db.prepare<[]>(`DELETE FROM meta WHERE key = 'beside'`);
  return {
    get: (): string | undefined => get.get(),
    set: (extent: 'all' | 'some'): void => void put.run(extent),
    clear: (): void => void drop.run(),
  };
}
