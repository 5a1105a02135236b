import type Database from 'better-sqlite3';
import { type NodeId, newOutboxEpoch } from '../../protocol/ids.ts';
import type { MonoMs } from '../../protocol/units.ts';
import { type EventDraft, lossDraft } from '../core/event-draft.ts';
import { mayTryDisk, type OutboxMode, type OutboxModePolicy, stepOutboxMode, TRUSTED } from '../core/outbox-mode.ts';
import { createNumbering } from '../core/outbox-numbering.ts';
import {
  OUTBOX_LOOK_AGAIN_MS,
  OUTBOX_MAX_BYTES,
  OUTBOX_MEMORY_MAX_BYTES,
  OUTBOX_MODE_POLICY,
} from '../core/thresholds.ts';
import { openOrReplace, type Replaced, replaceBroken } from './broken-database.ts';
import { takeDamageNote } from './damage-note.ts';
import { describeFault, inodeOf, isCorruption, isDiskFault, unlessDiskFault } from './disk-fault.ts';
import type { Outbox } from './outbox.ts';
import { moveBack } from './outbox-move.ts';
import { type TakenOver, takeOver } from './owner.ts';
import type { PresenceSnapshots } from './presence-snapshot.ts';
import type { RadioSnapshots } from './radio-snapshot.ts';
import { createSide, createTroubleNote, openMemoryAnyhow, type StoreSide } from './store-side.ts';

/**
 * What the radio process writes, on the disk while that is well and in memory while it is not (core/outbox-mode.ts).
 *
 * Nothing here throws because of a disk. In memory mode rows go into a file of the same make in a folder in memory, where
 * the uplink finds them; once the disk takes writes again all of it is moved there in one transaction.
 *
 * Damage is met by a write here or by the uplink, which reads all rows and leaves a note. Either way the file is put
 * aside, what can be read of it is taken over, and what cannot is counted and named.
 */
export interface WriterStore {
  readonly outbox: Outbox;
  readonly snapshots: RadioSnapshots;
  readonly presenceSnapshots: PresenceSnapshots;
  mode(): OutboxMode;
  close(): void;
}

export interface WriterStoreParts {
  readonly diskPath: string;
  /** From `runtimePath`. */
  readonly memoryPath: string;
  readonly mono: () => MonoMs;
  /** Whose rows these are; absent: nobody asks. */
  readonly nodeId?: NodeId;
  readonly onMode: (mode: OutboxMode) => void;
  readonly onReplaced: (replaced: Replaced) => void;
  /** Told of what a former node of this machine left. */
  readonly onTakenOver?: (left: TakenOver) => void;
  readonly policy?: OutboxModePolicy;
  readonly maxBytes?: number;
  readonly maxMemoryBytes?: number;
}

export function openWriterStore(parts: WriterStoreParts): WriterStore {
  const { diskPath, memoryPath, mono, policy = OUTBOX_MODE_POLICY } = parts;
  const numbering = createNumbering(newOutboxEpoch);
  let mode: OutboxMode = TRUSTED;
  let disk: StoreSide | undefined;
  let memory: StoreSide | undefined;
  let broken = false;
  let lookAt = Number.NEGATIVE_INFINITY;
  /** Events a damaged file did not give back, to be named with the next ones. */
  let unread = 0;
  let hole: EventDraft | undefined;

  function openDisk(): StoreSide {
    const open = broken ? replaceBroken : openOrReplace;
    const db = open(diskPath, new Date(), (replaced) => {
      unread += replaced.lost;
      parts.onReplaced(replaced);
    });
    broken = false;
    claim(db);
    return createSide(db, { maxBytes: parts.maxBytes ?? OUTBOX_MAX_BYTES, mode: 'disk', numbering });
  }

  function memorySide(): StoreSide {
    const maxBytes = parts.maxMemoryBytes ?? OUTBOX_MEMORY_MAX_BYTES;
    memory ??= createSide(claim(openMemoryAnyhow(memoryPath)), { maxBytes, mode: 'memory', numbering });
    return memory;
  }

  function claim(db: Database.Database): Database.Database {
    try {
      const left = parts.nodeId === undefined ? undefined : takeOver(db, parts.nodeId);
      if (left !== undefined) parts.onTakenOver?.(left);
      return db;
    } catch (error) {
      // It is opened anew at every attempt.
      db.close();
      throw error;
    }
  }

  const current = (): StoreSide => (mode.at === 'disk' && disk !== undefined ? disk : memorySide());

  function turn(next: OutboxMode): void {
    const before = mode;
    mode = next;
    note(next);
    if (next.at === before.at) return;
    if (next.at === 'memory') numbering.renew();
    parts.onMode(next);
  }

  /** Tells the uplink; memory that is full must not make a stored event look like one that was not. */
  function note(present: OutboxMode): void {
    unlessDiskFault(() => {
      if (present.at === 'memory') createTroubleNote(memorySide().db).write(present.why);
      else if (memory !== undefined) createTroubleNote(memory.db).clear();
    });
  }

  /** Rethrows what is no fault of the disk. */
  function failed(error: unknown): void {
    if (!isDiskFault(error)) throw error;
    if (isCorruption(error)) broken = true;
    turn(stepOutboxMode(mode, { type: 'failed', at: mono(), why: describeFault(error) }, policy));
  }

  /** Does it on the present side; where the disk fails, on the other. */
  function onEither<T>(action: (side: StoreSide) => T): T {
    const side = current();
    if (mode.at === 'memory') return action(side);
    try {
      return action(side);
    } catch (error) {
      // In the middle of a transaction there is only one side to write to: let that fail whole.
      if (side.db.inTransaction) throw error;
      failed(error);
      return action(current());
    }
  }

  function stored(from: MonoMs): void {
    const at = mono();
    turn(stepOutboxMode(mode, { type: 'stored', at, tookMs: at - from }, policy));
  }

  function append(...[drafts, now, alongside]: Parameters<Outbox['append']>): void {
    const from = mono();
    if (unread > 0 && hole === undefined) {
      hole = lossDraft(unread, 'the database was damaged', now);
      unread = 0;
    }
    const what = [hole === undefined ? drafts : [hole, ...drafts], now, alongside] as const;
    if (appendToDisk(what)) stored(from);
    else memorySide().outbox.append(...what);
    hole = undefined;
  }

  function appendToDisk(what: Readonly<Parameters<Outbox['append']>>): boolean {
    if (mode.at === 'memory' || disk === undefined) return false;
    try {
      disk.outbox.append(...what);
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  }

  /** Throws like the disk. */
  function moveToDisk(): void {
    // Anew: the open one may be of a time when the file was read-only, or of another file.
    closeQuietly(disk);
    disk = undefined;
    disk = openDisk();
    const { db, presenceSnapshots } = disk;
    const from = memorySide();
    moveBack(from.db, db, () => {
      const present = from.presenceSnapshots.read();
      if (present !== undefined) presenceSnapshots.write(present);
    });
  }

  /** The uplink reads what this process only adds to. */
  function heedUplink(): void {
    if (mode.at === 'memory' || mono() < lookAt) return;
    lookAt = mono() + OUTBOX_LOOK_AGAIN_MS;
    if (inodeOf(memoryPath) === undefined || !takeDamageNote(memorySide().db, diskPath)) return;
    broken = true;
    turn(stepOutboxMode(mode, { type: 'failed', at: mono(), why: 'the uplink met damage in the database' }, policy));
  }

  function tryDisk(): void {
    const from = mono();
    try {
      moveToDisk();
      stored(from);
    } catch (error) {
      closeQuietly(disk);
      disk = undefined;
      failed(error);
    }
  }

  try {
    // A process before this one may have ended in memory mode.
    if (inodeOf(memoryPath) === undefined) disk = openDisk();
    else {
      broken = takeDamageNote(memorySide().db, diskPath);
      moveToDisk();
    }
    note(mode);
  } catch (error) {
    failed(error);
  }

  return {
    outbox: {
      append,
      tend(now) {
        unlessDiskFault(heedUplink);
        if (mayTryDisk(mode, now.mono)) tryDisk();
        onEither(({ outbox }) => outbox.tend(now));
      },
      waiting: (limit) => onEither(({ outbox }) => outbox.waiting(limit)),
      settle: (ack) => onEither(({ outbox }) => outbox.settle(ack)),
      depth() {
        const depth = onEither(({ outbox }) => outbox.depth());
        return mode.at === 'memory' ? { ...depth, why: mode.why } : depth;
      },
      version: () => onEither(({ outbox }) => outbox.version()),
    },
    snapshots: {
      write: (snapshot) => onEither(({ snapshots }) => snapshots.write(snapshot)),
      read: () => onEither(({ snapshots }) => snapshots.read()) ?? disk?.snapshots.read(),
    },
    presenceSnapshots: {
      write: (snapshot) => onEither(({ presenceSnapshots }) => presenceSnapshots.write(snapshot)),
      read: () => onEither(({ presenceSnapshots }) => presenceSnapshots.read()),
    },
    mode: () => mode,
    close() {
      closeQuietly(disk);
      closeQuietly(memory);
    },
  };
}

/** Closing writes too; what it cannot write the next opening finds in the log. */
function closeQuietly(side: StoreSide | undefined): void {
  unlessDiskFault(() => side?.db.close());
}
