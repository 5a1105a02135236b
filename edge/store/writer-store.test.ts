import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { NodeId, newOutboxEpoch } from '../../protocol/ids.ts';
import { type EpochMs, type MonoMs, monoMs } from '../../protocol/units.ts';
import type { Moment } from '../core/event-draft.ts';
import { snapshotPresence } from '../core/presence-snapshot.ts';
import { noteDamage } from './damage-note.ts';
import { openDatabase } from './database.ts';
import { needSystem, system } from './disk-faults.fixture.ts';
import { ackOf, drain, enter, enters, NOW, namesOf, reasonsOf, rowsOf } from './outbox.fixture.ts';
import { openReaderStore } from './reader-store.ts';
import { openWriterStore, type WriterStore } from './writer-store.ts';

let folder: string;
let mounted: string[];
let open: { close(): void }[];
let modes: string[];
let replaced: { aside: string; salvaged: number; lost: number }[];
let takenOver: { former: string; parked: number }[];
let clock: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-writer-'));
  mounted = [];
  open = [];
  modes = [];
  replaced = [];
  takenOver = [];
  clock = 1_000;
});
afterEach(() => {
  for (const store of open) store.close();
  for (const place of mounted) system('umount', place);
  rmSync(folder, { recursive: true });
});

const mono = (): MonoMs => monoMs(clock);
const now = (): Moment => ({ ...NOW, mono: mono(), wall: (NOW.wall + clock) as EpochMs });
const disk = (): string => join(folder, 'disk');
const paths = () => ({ diskPath: join(disk(), 'edge.sqlite'), memoryPath: join(folder, 'memory.sqlite') });

function writer(nodeId?: NodeId): WriterStore {
  if (!existsSync(disk())) mkdirSync(disk());
  const store = openWriterStore({
    ...paths(),
    mono,
    ...(nodeId && { nodeId }),
    onTakenOver: (left) => takenOver.push(left),
    onMode: (mode) => modes.push(mode.at === 'memory' ? mode.why : mode.at),
    onReplaced: (what) => replaced.push(what),
  });
  open.push(store);
  return store;
}
function reader(nodeId?: NodeId) {
  const store = openReaderStore({ ...paths(), mono, ...(nodeId && { nodeId }) });
  open.push(store);
  return store;
}
/** Long enough for any retry to be due. */
function later(store: WriterStore): void {
  clock += 10 * 60_000;
  store.outbox.tend(now());
}

/** A file system of its own under `disk()`; needs root. */
function mount(context: TestContext, ...args: string[]): void {
  needSystem(context, { mount: 'mount' });
  mkdirSync(disk());
  try {
    system('mount', ...args, disk());
  } catch (error) {
    context.skip(`this machine cannot mount: ${String(error)}`);
  }
  mounted.push(disk());
}

/** Takes all the room there is; what gives it back is to remove this file. */
function fill(): string {
  const filler = join(disk(), 'filler');
  const file = openSync(filler, 'a');
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096));
  } catch {
    closeSync(file);
  }
  return filler;
}

describe('a disk that is not well', () => {
  it('when full: events go to memory, the uplink sends all of them, and what is left moves back', (context) => {
    mount(context, '-t', 'tmpfs', '-o', 'size=600k', 'none');
    const store = writer();
    const uplink = reader();
    store.outbox.append(enters(5), now());
    const filler = fill();
    for (let index = 0; index < 40; index += 1) store.outbox.append([enter(`more ${index}`)], now());
    expect(modes).toEqual([expect.stringContaining('SQLITE_FULL')]);
    clock += 3_000;
    expect(rowsOf(uplink.outbox)).toHaveLength(45);
    expect(uplink.outbox.depth()).toMatchObject({ waiting: 45, mode: 'memory', why: expect.stringContaining('FULL') });
    const names = namesOf(uplink.outbox);
    rmSync(filler);
    later(store);
    expect(modes.at(-1)).toBe('disk');
    clock += 3_000;
    expect(uplink.outbox.depth()).toMatchObject({ waiting: 45, mode: 'disk' });
    expect(namesOf(uplink.outbox).toSorted()).toEqual(names.toSorted());
    expect(drain(uplink.outbox)).toBe(45);
  });

  it('when read-only from the start: its rows are still sent, once, and new ones wait in memory', (context) => {
    needSystem(context, { chattr: 'e2fsprogs' });
    const before = writer();
    before.outbox.append(enters(5), now());
    before.close();
    open.pop();
    const files = readdirSync(disk()).map((name) => join(disk(), name));
    try {
      system('chattr', '+i', ...files);
    } catch {
      context.skip('this file system has no immutable files');
    }
    try {
      const store = writer();
      store.outbox.append([enter('new')], now());
      expect(store.mode()).toMatchObject({ at: 'memory', why: expect.stringContaining('SQLITE_READONLY') });
      const uplink = reader();
      expect(reasonsOf(uplink.outbox)).toEqual(['event 0', 'event 1', 'event 2', 'event 3', 'event 4', 'new']);
      expect(drain(uplink.outbox)).toBe(6);
      // The disk holds them still, and they are not sent again.
      expect(rowsOf(uplink.outbox)).toEqual([]);
      expect(uplink.outbox.depth().waiting).toBe(0);
      store.outbox.append([enter('newer')], now());
      system('chattr', '-i', ...files);
      later(store);
      expect(store.mode().at).toBe('disk');
      clock += 3_000;
      uplink.outbox.version();
      expect(reasonsOf(uplink.outbox)).toEqual(['newer']);
      expect(reasonsOf(store.outbox)).toEqual(['newer']);
    } finally {
      system('chattr', '-i', ...files);
    }
  });

  it('when the kernel remounts it read-only under us: nothing is lost', (context) => {
    needSystem(context, { 'mkfs.ext4': 'e2fsprogs', findmnt: 'util-linux' });
    const image = join(folder, 'disk.img');
    system('truncate', '-s', '16M', image);
    system('mkfs.ext4', '-q', '-F', image);
    mount(context, '-o', 'loop,errors=remount-ro', image);
    const device = system('findmnt', '-no', 'SOURCE', disk());
    const store = writer();
    store.outbox.append(enters(5), now());
    const uplink = reader();
    expect(rowsOf(uplink.outbox)).toHaveLength(5);
    writeFileSync(`/sys/fs/ext4/${device.replace('/dev/', '')}/trigger_fs_error`, '1');
    store.outbox.append([enter('after')], now());
    expect(store.mode().at).toBe('memory');
    clock += 3_000;
    expect(reasonsOf(uplink.outbox)).toEqual(['event 0', 'event 1', 'event 2', 'event 3', 'event 4', 'after']);
    expect(drain(uplink.outbox)).toBe(6);
    expect(rowsOf(uplink.outbox)).toEqual([]);
    later(store);
    expect(store.mode().at).toBe('memory');
  });

  it('when it cannot be opened at all: the node starts, and uses it as soon as it can', () => {
    writeFileSync(join(folder, 'disk'), 'not a folder');
    const store = writer();
    expect(store.mode().at).toBe('memory');
    store.outbox.append(enters(3), now());
    const uplink = reader();
    expect(rowsOf(uplink.outbox)).toHaveLength(3);
    rmSync(disk());
    mkdirSync(disk());
    later(store);
    expect(store.mode().at).toBe('disk');
    clock += 3_000;
    expect(uplink.outbox.depth()).toMatchObject({ waiting: 3, mode: 'disk' });
    expect(reasonsOf(store.outbox)).toEqual(['event 0', 'event 1', 'event 2']);
  });
});

describe('a damaged file', () => {
  it('is put aside at the start, and a new one begins', () => {
    mkdirSync(disk());
    writeFileSync(paths().diskPath, 'this is not a database'.repeat(500));
    const store = writer();
    expect(store.mode().at).toBe('disk');
    expect(replaced).toMatchObject([{ salvaged: 0 }]);
    expect(existsSync(replaced[0]?.aside ?? '')).toBe(true);
    store.outbox.append(enters(2), now());
    expect(rowsOf(store.outbox)).toHaveLength(2);
  });

  it('found while running costs only what cannot be read any more', () => {
    const store = writer();
    for (let index = 0; index < 400; index += 1) store.outbox.append([enter(`event ${index}`)], now());
    store.close();
    open.pop();
    const { size } = statSync(paths().diskPath);
    const file = openSync(paths().diskPath, 'r+');
    for (let at = Math.floor(size / 2 / 4_096) * 4_096; at < size; at += 4_096)
      writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, at);
    closeSync(file);
    const again = writer();
    const uplink = reader();
    again.outbox.append([enter('after')], now());
    later(again);
    expect(again.mode().at).toBe('disk');
    expect(replaced).toHaveLength(1);
    const reasons = reasonsOf(again.outbox);
    expect(reasons).toContain('after');
    expect(reasons.length - 1).toBe(replaced[0]?.salvaged);
    expect(reasons.length).toBeGreaterThan(50);
    // The uplink follows to the new file.
    clock += 3_000;
    expect(reasonsOf(uplink.outbox)).toEqual(reasons);
  });
});

/** Overwrites the page that holds `text` in the closed database, or the text alone. */
function damage(text: string, extent: 'page' | 'text'): void {
  const at = readFileSync(paths().diskPath).indexOf(text);
  if (extent === 'page') overwrite(Math.floor(at / 4_096) * 4_096, Buffer.alloc(4_096, 0xff));
  else overwrite(at, Buffer.alloc(text.length));
}

function overwrite(at: number, bytes: Buffer): void {
  const file = openSync(paths().diskPath, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

const uplinkMetDamage = (): void =>
  noteDamage({ inode: statSync(paths().diskPath).ino, memoryPath: paths().memoryPath });

function filled(count: number): WriterStore {
  const store = writer();
  for (let event = 0; event < count; event += 1) store.outbox.append([enter(`event ${event}`)], now());
  return store;
}

describe('damage in the middle of the outbox', () => {
  it('costs the rows on that page alone, and those are counted and named', () => {
    filled(400).close();
    open.pop();
    damage('"event 200"', 'page');
    const store = writer();
    uplinkMetDamage();
    clock += 3_000;
    store.outbox.tend(now());
    expect(modes).toEqual(['the uplink met damage in the database']);
    later(store);
    const [{ salvaged, lost } = { salvaged: 0, lost: 0 }] = replaced;
    expect(salvaged + lost).toBe(400);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(40);
    store.outbox.append([enter('after')], now());
    expect(reasonsOf(store.outbox).filter((reason) => reason.startsWith('event '))).toHaveLength(salvaged);
    expect(reasonsOf(store.outbox).slice(-3)).toEqual(['event 399', 'the database was damaged', 'after']);
    expect(rowsOf(store.outbox).at(-2)?.event).toMatchObject({ type: 'loss', dropped: lost });
    expect(store.outbox.depth()).toMatchObject({ dropped: lost, droppedByKind: { unknown: lost } });
  });

  it('met by the uplink alone is cured by the radio, and said meanwhile', () => {
    filled(400).close();
    open.pop();
    const store = writer();
    store.outbox.tend(now());
    damage('"event 200"', 'page');
    const uplink = reader();
    store.outbox.append([enter('after')], now());
    // What the radio writes comes nowhere near the page.
    expect(store.mode().at).toBe('disk');
    expect(rowsOf(uplink.outbox)).toEqual([]);
    expect(uplink.outbox.depth().why).toContain('SQLITE_CORRUPT');
    clock += 3_000;
    store.outbox.tend(now());
    later(store);
    expect(modes).toEqual(['the uplink met damage in the database', 'disk']);
    clock += 3_000;
    expect(reasonsOf(uplink.outbox)).toEqual(expect.arrayContaining(['event 0', 'event 399', 'after']));
    expect(uplink.outbox.depth()).toMatchObject({ mode: 'disk' });
    // Once: the note is about the file that was put aside.
    clock += 3_000;
    store.outbox.tend(now());
    expect(replaced).toHaveLength(1);
  });

  it('is told again where the radio ended before it replaced the file', () => {
    filled(400).close();
    open.pop();
    const first = writer();
    damage('"event 200"', 'page');
    const uplink = reader();
    expect(rowsOf(uplink.outbox)).toEqual([]);
    clock += 3_000;
    first.outbox.tend(now());
    expect(modes).toEqual(['the uplink met damage in the database']);
    first.close();
    open.shift();
    const second = writer();
    expect(replaced).toEqual([]);
    expect(rowsOf(uplink.outbox)).toEqual([]);
    clock += 3_000;
    second.outbox.tend(now());
    later(second);
    expect(replaced).toHaveLength(1);
    clock += 3_000;
    expect(reasonsOf(uplink.outbox)).toContain('event 399');
  });

  it('costs no file that was begun meanwhile', () => {
    filled(400).close();
    open.pop();
    const uplink = reader();
    expect(uplink.outbox.depth().waiting).toBe(400);
    damage('"event 200"', 'page');
    uplinkMetDamage();
    const store = writer();
    expect(replaced).toHaveLength(1);
    // It still has the former one open.
    expect(rowsOf(uplink.outbox)).toEqual([]);
    clock += 3_000;
    store.outbox.tend(now());
    expect(store.mode().at).toBe('disk');
    expect(modes).toEqual([]);
    expect(reasonsOf(uplink.outbox)).toContain('event 399');
  });

  it('is told of where rows are found by their names, too', () => {
    const before = filled(400);
    const epoch = rowsOf(before.outbox)[0]?.epoch ?? newOutboxEpoch();
    before.close();
    open.pop();
    const db = openDatabase(paths().diskPath);
    const leaves = db
      .prepare<[], number>(
        `SELECT pageno FROM dbstat WHERE name = 'sqlite_autoindex_outbox_1' AND pagetype = 'leaf' ORDER BY path`,
      )
      .pluck()
      .all();
    db.close();
    expect(leaves.length).toBeGreaterThan(2);
    overwrite(((leaves[1] ?? 0) - 1) * 4_096, Buffer.alloc(4_096, 0xff));
    const store = writer();
    const uplink = reader();
    expect(rowsOf(uplink.outbox)).toHaveLength(400);
    const answer = () => uplink.outbox.settle(ackOf(epoch, [...Array(400).keys()]));
    expect(answer).toThrow('malformed');
    clock += 3_000;
    store.outbox.tend(now());
    later(store);
    expect(replaced).toMatchObject([{ salvaged: 400, lost: 0 }]);
    clock += 3_000;
    expect(answer().done).toBe(399);
  });

  it('waits, with all that can be read, for a disk with room for a new file', (context) => {
    mount(context, '-t', 'tmpfs', '-o', 'size=2M', 'none');
    const before = writer();
    before.outbox.append(enters(400), now());
    before.close();
    open.pop();
    damage('"event 200"', 'page');
    const filler = fill();
    uplinkMetDamage();
    const store = writer();
    expect(store.mode().at).toBe('memory');
    later(store);
    expect(replaced).toEqual([]);
    rmSync(filler);
    later(store);
    expect(store.mode().at).toBe('disk');
    expect(replaced).toHaveLength(1);
    expect(replaced[0]?.salvaged).toBeGreaterThan(360);
    expect(reasonsOf(store.outbox)).toContain('event 399');
  });

  it('in the columns of a row costs that row, also where no table takes it', () => {
    filled(5).close();
    open.pop();
    const alter = (...statements: string[]): void => {
      const db = openDatabase(paths().diskPath).unsafeMode();
      for (const sql of statements) db.exec(sql);
      db.close();
    };
    const anything = `replace(replace(sql, 'priority INTEGER NOT NULL', 'priority INTEGER'), 'value TEXT NOT NULL', 'value TEXT')`;
    alter('PRAGMA writable_schema = ON', `UPDATE sqlite_schema SET sql = ${anything} WHERE name IN ('outbox', 'meta')`);
    alter('UPDATE outbox SET priority = NULL WHERE id = 2', `UPDATE outbox SET epoch = 'none' WHERE id = 3`);
    alter(`INSERT INTO meta VALUES ('line-secure-steps:', NULL)`);
    uplinkMetDamage();
    const store = writer();
    expect(replaced).toMatchObject([{ salvaged: 3, lost: 2 }]);
    expect(reasonsOf(store.outbox)).toEqual(['event 0', 'event 3', 'event 4']);
  });

  it('that leaves a row seen and not found does not keep the uplink from the others', () => {
    const store = filled(5);
    const db = openDatabase(paths().diskPath);
    db.exec(`UPDATE outbox SET body = 'x' WHERE id = 3; CREATE TRIGGER not_found BEFORE DELETE ON outbox BEGIN
      SELECT raise(IGNORE); END`);
    db.close();
    const uplink = reader();
    expect(reasonsOf(uplink.outbox)).toHaveLength(4);
    expect(store.outbox.depth()).toMatchObject({ waiting: 5, dropped: 0 });
  });

  it('that leaves a row unreadable, though not its page, holds up no other row', () => {
    filled(5).close();
    open.pop();
    damage('"type":"enter"', 'text');
    const store = writer();
    const uplink = reader();
    expect(reasonsOf(uplink.outbox)).toHaveLength(4);
    expect(uplink.outbox.depth()).toMatchObject({ waiting: 4, dropped: 1, droppedByKind: { unknown: 1 } });
    expect(drain(uplink.outbox)).toBe(4);
    expect(store.outbox.depth()).toMatchObject({ waiting: 0, dropped: 1 });
  });
});

describe('a machine that becomes another node', () => {
  const DOOR = NodeId.parse('door');
  const TILL = NodeId.parse('till');

  it('sends nothing of the former one as its own, and keeps it for people to see', () => {
    const door = writer(DOOR);
    door.outbox.append(enters(3), now(), () => door.presenceSnapshots.write(snapshotPresence([], now())));
    expect(rowsOf(reader(DOOR).outbox)).toHaveLength(3);
    // The uplink is there first.
    const uplink = reader(TILL);
    expect(rowsOf(uplink.outbox)).toEqual([]);
    door.close();
    const till = writer(TILL);
    expect(takenOver).toEqual([{ former: 'door', parked: 3 }]);
    expect(till.presenceSnapshots.read()).toBeUndefined();
    till.outbox.append([enter('at the till')], now());
    expect(reasonsOf(uplink.outbox)).toEqual(['at the till']);
    expect(uplink.outbox.depth()).toMatchObject({ waiting: 1, parked: 3, dropped: 0 });
    // A former uplink that still runs keeps its hands off.
    expect(rowsOf(reader(DOOR).outbox)).toEqual([]);
    till.close();
    expect(reasonsOf(writer(TILL).outbox)).toEqual(['at the till']);
    expect(takenOver).toHaveLength(1);
  });

  it('nor what lies in memory for want of a disk', () => {
    writeFileSync(join(folder, 'disk'), 'not a folder');
    const door = writer(DOOR);
    door.outbox.append(enters(3), now());
    door.close();
    open.pop();
    // The uplink is there first.
    const uplink = reader(TILL);
    expect(rowsOf(uplink.outbox)).toEqual([]);
    const till = writer(TILL);
    expect(takenOver).toEqual([{ former: 'door', parked: 3 }]);
    expect(rowsOf(till.outbox)).toEqual([]);
  });
});

describe('over restarts', () => {
  it('a process that ended in memory mode leaves its rows and who was present to the next', () => {
    writeFileSync(join(folder, 'disk'), 'not a folder');
    const first = writer();
    const snapshot = snapshotPresence([], now());
    first.outbox.append(enters(3), now(), () => first.presenceSnapshots.write(snapshot));
    const names = namesOf(first.outbox);
    first.close();
    open.pop();
    rmSync(disk());
    const second = writer();
    expect(second.mode().at).toBe('disk');
    expect(namesOf(second.outbox)).toEqual(names);
    expect(second.presenceSnapshots.read()).toEqual(snapshot);
  });

  it('a database put back from an old copy brings no name back into use', () => {
    const first = writer();
    first.outbox.append(enters(3), now());
    first.close();
    open.pop();
    const copy = join(folder, 'copy');
    copyFileSync(paths().diskPath, copy);
    const names = new Map<string, string>();
    const note = (store: WriterStore): void => {
      for (const { epoch, seq, event } of rowsOf(store.outbox)) {
        const told = 'reason' in event ? event.reason : '';
        expect(names.get(`${epoch}:${seq}`) ?? told).toBe(told);
        names.set(`${epoch}:${seq}`, told);
      }
    };
    const second = writer();
    second.outbox.append(
      Array.from({ length: 5 }, (_, index) => enter(`of the second life ${index}`)),
      now(),
    );
    note(second);
    second.close();
    open.pop();
    for (const suffix of ['-wal', '-shm']) rmSync(paths().diskPath + suffix, { force: true });
    copyFileSync(copy, paths().diskPath);
    const third = writer();
    third.outbox.append(
      Array.from({ length: 9 }, (_, index) => enter(`of the third life ${index}`)),
      now(),
    );
    note(third);
    expect(names.size).toBe(3 + 5 + 9);
  });
});
