import type Database from 'better-sqlite3';
import type { NodeId } from '../../protocol/ids.ts';
import type { EventAck } from '../../protocol/messages/events.ts';
import type { MonoMs } from '../../protocol/units.ts';
import {
  OUTBOX_LOOK_AGAIN_MS,
  OUTBOX_MAX_BYTES,
  OUTBOX_MEMORY_MAX_BYTES,
  OUTBOX_REMEMBERED_ACKS_MAX,
} from '../core/thresholds.ts';
import { noteDamage } from './damage-note.ts';
import { openDatabase } from './database.ts';
import { describeFault, inodeOf, isCorruption, isDiskFault, unlessDiskFault } from './disk-fault.ts';
import type { OutboxReader } from './outbox.ts';
import { type OutboxRow, toRow } from './outbox-rows.ts';
import { type OutboxStatements, prepareOutbox } from './outbox-statements.ts';
import { ownerOf } from './owner.ts';
import type { RadioSnapshot, RadioSnapshots } from './radio-snapshot.ts';
import { createRememberedAcks } from './remembered-acks.ts';
import { createSide, createTroubleNote, openMemory, type StoreSide } from './store-side.ts';

/**
 * What the uplink sees: the rows on the disk and those in memory (see writer-store.ts), as one outbox. Either file may
 * be missing, come, go or be replaced at any time. Rows a read-only disk still holds are sent like others.
 */
export interface ReaderStore {
  readonly outbox: OutboxReader;
  readonly snapshots: Pick<RadioSnapshots, 'read'>;
  close(): void;
}

interface Opened extends StoreSide {
  readonly inode: number;
  readonly statements: OutboxStatements;
}

export function openReaderStore(parts: {
  readonly diskPath: string;
  readonly memoryPath: string;
  readonly mono: () => MonoMs;
  /** Whose rows may be offered; absent: anybody's. */
  readonly nodeId?: NodeId;
}): ReaderStore {
  const { mono } = parts;
  const remembered = createRememberedAcks(OUTBOX_REMEMBERED_ACKS_MAX);
  let disk: Opened | undefined;
  let memory: Opened | undefined;
  /** Every row up to this id is remembered as answered for. */
  let answeredUpTo = 0;
  /** The file whose rows these are. */
  let answeredIn: number | undefined;
  let lookAt = Number.NEGATIVE_INFINITY;
  let seen: readonly unknown[] = [];
  /** Why the rows on the disk could not be read the last time. */
  let unreadable: string | undefined;
  let changes = 0;

  /** Follows files that have come, gone or been replaced, at most every {@link OUTBOX_LOOK_AGAIN_MS}. */
  function look(): void {
    if (mono() < lookAt) return;
    lookAt = mono() + OUTBOX_LOOK_AGAIN_MS;
    // Anew while it owes us deletions: what was opened read-only stays so, whatever becomes of the disk.
    if (remembered.size() > 0) disk = closed(disk);
    disk = follow(disk, parts.diskPath, openDatabase, 'disk');
    if (disk !== undefined && disk.inode !== answeredIn) answeredUpTo = 0;
    answeredIn = disk?.inode ?? answeredIn;
    memory = follow(memory, parts.memoryPath, openMemory, 'memory');
    forgetSettled();
  }

  function forgetSettled(): void {
    const side = disk;
    if (remembered.size() === 0 || side === undefined) return;
    unlessDiskFault(() => {
      for (const ack of remembered.acks()) side.outbox.settle(ack);
      remembered.clear();
      answeredUpTo = 0;
    });
  }

  /** On the disk, less what is remembered as answered for. */
  function diskRows(side: Opened, limit: number): readonly OutboxRow[] {
    if (isOfAnother(side)) return [];
    if (remembered.size() === 0) return side.outbox.waiting(limit);
    const rows: OutboxRow[] = [];
    for (const row of side.statements.after.iterate(answeredUpTo)) {
      if (rows.length >= limit) break;
      if (!remembered.has(row.epoch, row.seq)) {
        const sound = toRow(row);
        if (sound !== undefined) rows.push(sound);
      } else if (rows.length === 0) answeredUpTo = row.id;
    }
    return rows;
  }

  /** While bundles are exchanged the two processes may be two nodes for a moment; the radio's next start settles it. */
  function isOfAnother({ db }: Opened): boolean {
    const owner = parts.nodeId === undefined ? undefined : ownerOf(db);
    return owner !== undefined && owner !== parts.nodeId;
  }

  function readableRows(limit: number): readonly OutboxRow[] {
    const side = disk;
    try {
      const rows = side === undefined ? [] : diskRows(side, limit);
      unreadable = undefined;
      return rows;
    } catch (error) {
      if (!isDiskFault(error)) throw error;
      tellDamage(side, error);
      unreadable = describeFault(error);
      return [];
    }
  }

  /**
   * Of damage the radio process is told: waiting rows it never reads would stand still in silence. Each time it is met, since
   * a radio process may end between taking the note and replacing the file.
   */
  function tellDamage(side: Opened | undefined, error: Error): void {
    if (side !== undefined && isCorruption(error)) noteDamage({ inode: side.inode, memoryPath: parts.memoryPath });
  }

  function settleOnDisk(ack: EventAck): { done: number; parked: number } {
    const side = disk;
    if (side === undefined) return { done: 0, parked: 0 };
    try {
      return side.outbox.settle(ack);
    } catch (error) {
      if (!isDiskFault(error)) throw error;
      // The rows may be well and what they are found by damaged: they would be sent again and again.
      tellDamage(side, error);
      const ranges = [...ack.done, ...ack.rejected.map(({ seq }): [number, number] => [seq, seq])];
      // Too many make it forget all of them.
      answeredUpTo = 0;
      const done = remembered.add(
        ack,
        ranges.flatMap(([from, to]) => side.statements.listed.all(ack.epoch, from, to)),
      );
      return { done, parked: 0 };
    }
  }

  return {
    outbox: {
      waiting(limit) {
        look();
        const rows = readableRows(limit);
        if (memory === undefined || rows.length >= limit || isOfAnother(memory)) return rows;
        // While rows are moved to the disk they are in both for a moment.
        const names = new Set(rows.map(nameOf));
        const more = memory.outbox.waiting(limit).filter((row) => !names.has(nameOf(row)));
        return [...rows, ...more].slice(0, limit);
      },
      settle(ack) {
        look();
        const inMemory = memory?.outbox.settle(ack) ?? { done: 0, parked: 0 };
        const onDisk = settleOnDisk(ack);
        return { done: inMemory.done + onDisk.done, parked: inMemory.parked + onDisk.parked };
      },
      depth() {
        look();
        const nothing = { waiting: 0, parked: 0, dropped: 0, droppedByKind: {} };
        const below = unlessDiskFault(() => disk?.outbox.depth());
        const above = memory?.outbox.depth();
        const [a, b] = [below ?? nothing, above ?? nothing];
        const trouble = memory === undefined ? undefined : createTroubleNote(memory.db).read();
        const why = trouble ?? (below === undefined || unreadable !== undefined ? cannotRead(unreadable) : undefined);
        return {
          waiting: Math.max(0, a.waiting - remembered.size()) + b.waiting,
          parked: a.parked + b.parked,
          dropped: a.dropped + b.dropped,
          droppedByKind: plus(a.droppedByKind, b.droppedByKind),
          ...(why === undefined ? { mode: 'disk' } : { mode: 'memory', why }),
        };
      },
      version() {
        look();
        // The connection too: one that is opened anew counts commits from the beginning.
        const now = [disk, memory].flatMap((side) => [side?.db, unlessDiskFault(() => side?.outbox.version())]);
        if (now.some((one, at) => one !== seen[at])) changes += 1;
        seen = now;
        return changes;
      },
    },
    snapshots: {
      read() {
        look();
        return newest(
          unlessDiskFault(() => disk?.snapshots.read()),
          memory?.snapshots.read(),
        );
      },
    },
    close() {
      closed(disk);
      closed(memory);
    },
  };
}

const cannotRead = (why: string | undefined): string =>
  `the outbox on the disk cannot be read${why === undefined ? '' : `: ${why}`}`.slice(0, 200);

const nameOf = ({ epoch, seq }: OutboxRow): string => `${epoch}:${seq}`;

function closed(side: Opened | undefined): undefined {
  unlessDiskFault(() => side?.db.close());
}

function follow(
  side: Opened | undefined,
  path: string,
  open: (path: string) => Database.Database,
  mode: 'disk' | 'memory',
): Opened | undefined {
  const inode = inodeOf(path);
  if (side !== undefined && side.inode === inode) return side;
  closed(side);
  if (inode === undefined) return undefined;
  const maxBytes = mode === 'disk' ? OUTBOX_MAX_BYTES : OUTBOX_MEMORY_MAX_BYTES;
  return unlessDiskFault(() => {
    const db = open(path);
    return { ...createSide(db, { maxBytes, mode }), statements: prepareOutbox(db), inode };
  });
}

const plus = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> => {
  const both = { ...a };
  for (const [kind, rows] of Object.entries(b)) both[kind] = (both[kind] ?? 0) + rows;
  return both;
};

/** Of one boot the later; what lies in memory is of this one. */
function newest(disk: RadioSnapshot | undefined, memory: RadioSnapshot | undefined): RadioSnapshot | undefined {
  if (disk === undefined || memory === undefined) return memory ?? disk;
  return disk.boot === memory.boot && disk.writtenMono > memory.writtenMono ? disk : memory;
}
