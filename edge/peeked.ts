import { existsSync, statSync } from 'node:fs';
import { errorMessage } from '../protocol/error-message.ts';
import type { NodeId } from '../protocol/ids.ts';
import type { DatabaseState, OutboxState } from './core/doctor/store.ts';
import type { Shadow } from './core/shadow.ts';
import type { Machine } from './host/machine.ts';
import { databasePath } from './node-store.ts';
import type { EdgeSettings } from './settings.ts';
import { isStandIn } from './store/beside.ts';
import { createNodeConfigStore } from './store/node-config.ts';
import { judgeDatabase, type Peek, peekDatabase, peekOutbox, peekTrouble } from './store/peek.ts';
import { createRadioSnapshots, type RadioSnapshot } from './store/radio-snapshot.ts';
import { runtimeCandidates } from './store/runtime-path.ts';
import { createUplinkSnapshots, type UplinkSnapshot } from './store/uplink-snapshot.ts';

/** What the daemons left for others to read. */
export interface Peeked {
  readonly outbox: OutboxState;
  /** Absent: none has run here. */
  readonly radio: RadioSnapshot | undefined;
  readonly uplink: UplinkSnapshot | undefined;
  /** Absent where nobody said whose. */
  readonly shadow: Shadow | undefined;
}

export type PeekedNode =
  /** This user may not look. */
  | { readonly at: 'hidden'; readonly path: string }
  | { readonly at: 'unusable'; readonly state: DatabaseState }
  /** Of a version before this one; the daemons bring it up to date. */
  | { readonly at: 'older'; readonly path: string }
  | ({ readonly at: 'good'; readonly path: string } & Peeked);

/** Reads a node's databases without changing anything or making a file. `isThorough`: looks for damage as well. */
export function peekNode(
  settings: EdgeSettings,
  machine: Machine,
  options: { readonly nodeId: NodeId | undefined; readonly isThorough: boolean },
): PeekedNode {
  const path = databasePath(settings.dataDir);
  if (isHidden(path)) return { at: 'hidden', path };
  if (!existsSync(path)) return { at: 'unusable', state: { at: 'missing', path } };
  let peek: Peek | undefined;
  try {
    peek = peekDatabase(path);
    const state = judgeDatabase(peek.db, path, options.isThorough);
    if (state.at !== 'good') return { at: 'unusable', state };
    return readGood(peek, path, { settings, machine, nodeId: options.nodeId });
  } catch (error) {
    const why = errorMessage(error);
    if (/EACCES|permission/i.test(why)) return { at: 'hidden', path };
    return { at: 'unusable', state: { at: 'unreadable', path, why } };
  } finally {
    peek?.close();
  }
}

/** Whether this user is kept from looking at it at all. */
export function isHidden(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}

function readGood(
  { db }: Peek,
  path: string,
  node: { readonly settings: EdgeSettings; readonly machine: Machine; readonly nodeId: NodeId | undefined },
): PeekedNode {
  const { settings, machine, nodeId } = node;
  const onDisk = peekOutbox(db, machine.wall());
  if (onDisk === undefined) return { at: 'older', path };
  const memory = readMemory(settings, machine, nodeId);
  return {
    at: 'good',
    path,
    outbox: memory?.outbox === undefined ? onDisk : together(onDisk, memory.outbox, memory.trouble),
    radio: newest(createRadioSnapshots(db).read(), memory?.radio),
    uplink: newest(createUplinkSnapshots(db).read(), memory?.uplink),
    shadow: nodeId === undefined ? undefined : (memory?.shadow ?? createNodeConfigStore(db, nodeId).read()),
  };
}

interface InMemory {
  readonly outbox: OutboxState | undefined;
  readonly trouble: string | undefined;
  readonly radio: RadioSnapshot | undefined;
  readonly uplink: UplinkSnapshot | undefined;
  /** Present where it counts instead of the one on the disk. */
  readonly shadow: Shadow | undefined;
}

/** The stand-in the daemons use while the disk takes nothing; there is none where all is well. */
function readMemory(
  { dataDir, runtimeDir }: EdgeSettings,
  machine: Machine,
  nodeId: NodeId | undefined,
): InMemory | undefined {
  const owner = statSync(dataDir, { throwIfNoEntry: false })?.uid ?? 0;
  const path = runtimeCandidates(dataDir, runtimeDir, owner).find((candidate) => existsSync(candidate));
  if (path === undefined) return undefined;
  const { db, close } = peekDatabase(path);
  try {
    // The file stays after the disk is well again; the note in it does not.
    const trouble = peekTrouble(db);
    return {
      outbox: peekOutbox(db, machine.wall()),
      trouble,
      radio: createRadioSnapshots(db).read(),
      uplink: createUplinkSnapshots(db).read(),
      shadow: nodeId !== undefined && isStandIn(db) ? createNodeConfigStore(db, nodeId).read() : undefined,
    };
  } finally {
    close();
  }
}

function together(a: OutboxState, b: OutboxState, trouble: string | undefined): OutboxState {
  const ages = [a.oldestAgeMs, b.oldestAgeMs].filter((age) => age !== undefined);
  return {
    waiting: a.waiting + b.waiting,
    parked: a.parked + b.parked,
    dropped: a.dropped + b.dropped,
    parkedCodes: [...new Set([...a.parkedCodes, ...b.parkedCodes])],
    ...(ages.length === 0 ? {} : { oldestAgeMs: Math.max(...ages) }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

/** Of one boot the later; what lies in memory is of this one. */
const newest = <Snapshot extends RadioSnapshot | UplinkSnapshot>(
  disk: Snapshot | undefined,
  memory: Snapshot | undefined,
): Snapshot | undefined =>
  disk !== undefined && memory !== undefined && disk.boot === memory.boot && disk.writtenMono > memory.writtenMono
    ? disk
    : (memory ?? disk);
