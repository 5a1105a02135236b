import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BootId, ProximityUuid } from '../../../protocol/ids.ts';
import { epochMs, monoMs } from '../../../protocol/units.ts';
import type { EventDraft, Moment } from '../../core/event-draft.ts';
import { openWriterStore } from '../../store/writer-store.ts';

const NOW: Moment = {
  mono: monoMs(1_000),
  wall: epochMs(1_767_225_600_000),
  clock: 'synced',
  boot: BootId.parse('12345678-0000'),
};
const UUID = ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e');

const draftOf = (index: number): EventDraft => ({
  type: 'enter',
  at: NOW.wall,
  monoMs: NOW.mono,
  boot: NOW.boot,
  clock: NOW.clock,
  subject: { kind: 'ibeacon', uuid: UUID, major: 1, minor: index % 65_536 },
  reason: `-60 dBm, at or above -72 dBm for ${index} ms`,
});

/** One way to make events durable; `store` returns when these are. */
export interface Side {
  store(from: number, count: number): void;
  close(): void;
}

export type SideName = 'ours' | 'batched' | 'rowByRow';

/** Every side has a fresh file of its own in `folder`. */
export const openSides = (folder: string): Record<SideName, Side> => ({
  ours: openOurs(folder),
  batched: openBare(join(folder, 'batched.bench.sqlite'), 'together'),
  rowByRow: openBare(join(folder, 'row-by-row.bench.sqlite'), 'one by one'),
});

function openOurs(folder: string): Side {
  const diskPath = join(folder, 'ours.bench.sqlite');
  remove(diskPath);
  const store = openWriterStore({
    diskPath,
    memoryPath: join(folder, 'memory.sqlite'),
    mono: () => monoMs(performance.now()),
    onMode: (mode) => {
      throw new Error(`the disk failed during the measurement: ${JSON.stringify(mode)}`);
    },
    onReplaced: () => undefined,
  });
  return {
    store(from, count) {
      store.outbox.append(
        Array.from({ length: count }, (_, index) => draftOf(from + index)),
        NOW,
      );
    },
    close: () => store.close(),
  };
}

/** The least a durable event needs: a row with a unique id and its text, and a sync. */
function openBare(path: string, how: 'together' | 'one by one'): Side {
  remove(path);
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE event (id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, body TEXT NOT NULL)');
  const insert = db.prepare<[string, number, string]>('INSERT INTO event VALUES (?, ?, ?)');
  const one = (index: number): void => {
    insert.run(`door:0123456789abcdef:${index}`, NOW.wall, JSON.stringify(draftOf(index)));
  };
  const all = (from: number, count: number): void => {
    for (let index = from; index < from + count; index += 1) one(index);
  };
  return { store: how === 'together' ? db.transaction(all) : all, close: () => db.close() };
}

function remove(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}
