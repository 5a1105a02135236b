import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newOutboxEpoch } from '../../protocol/ids.ts';
import { monoMs } from '../../protocol/units.ts';
import { openDatabase } from './database.ts';
import { ackOf, enter, enters, NOW, namesOf, reasonsOf, rowsOf } from './outbox.fixture.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { describeOutbox } from './outbox-contract.fixture.ts';
import { prepareOutbox } from './outbox-statements.ts';
import { openWriterStore } from './writer-store.ts';

let folder: string;
let open: { close(): void }[] = [];

function database() {
  const db = openDatabase(join(folder, 'edge.sqlite'));
  open.push(db);
  return db;
}
const outboxOf = (): Outbox => createOutbox(database(), { maxBytes: 1e9 });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-outbox-'));
});
afterEach(() => {
  for (const db of open) db.close();
  open = [];
  rmSync(folder, { recursive: true });
});

let made = 0;
describeOutbox('one on disk', (maxBytes) => {
  made += 1;
  const db = openDatabase(join(folder, `${made}.sqlite`));
  open.push(db);
  return createOutbox(db, { maxBytes });
});
describeOutbox('one in memory, for want of a disk', (maxMemoryBytes) => {
  made += 1;
  const store = openWriterStore({
    diskPath: join(folder, 'no-such-folder/edge.sqlite'),
    memoryPath: join(folder, `${made}.sqlite`),
    mono: () => monoMs(performance.now()),
    onMode: () => undefined,
    onReplaced: () => undefined,
    // The disk stays away: this is about the other side.
    policy: { slowMs: 1_000, slowInARow: 3, retryFirstMs: 1e9, retryMaxMs: 1e9 },
    maxMemoryBytes,
  });
  open.push(store);
  expect(store.mode().at).toBe('memory');
  return store.outbox;
});

describe('the outbox on disk', () => {
  it('looks at no more rows than it must, however many wait', () => {
    const db = database();
    const { repair, oldestOf } = prepareOutbox(db);
    const planOf = ({ source }: { source: string }, ...bound: (string | number)[]): string =>
      JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${source}`).all(...bound));
    expect(planOf(repair, 'synced', 0, 'boot', 'unsynced')).toContain('INDEX outbox_to_repair (boot=? AND clock=?)');
    expect(planOf(oldestOf, 0)).toContain('INDEX outbox_by_priority (priority=?)');
  });

  it('is synced on every connection', () => {
    for (const db of [database(), database()]) {
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    }
  });

  it('keeps rows and their names over a restart, and begins a new epoch', () => {
    const first = outboxOf();
    first.append(enters(5), NOW);
    const epoch = rowsOf(first)[0]?.epoch ?? newOutboxEpoch();
    first.settle(ackOf(epoch, [4, 5]));
    const before = namesOf(first);
    for (const db of open.splice(0)) db.close();
    const second = outboxOf();
    expect(namesOf(second)).toEqual(before);
    second.append(enters(3), NOW);
    const added = namesOf(second).slice(3);
    expect(added).toHaveLength(3);
    for (const name of added) expect(name.startsWith(epoch)).toBe(false);
  });

  it('after a failed commit nothing of it is visible, its drafts keep their names, and others are of a new epoch', () => {
    const db = database();
    const outbox = createOutbox(db, { maxBytes: 1e9 });
    outbox.append([enter('before')], NOW);
    const doubtful = [enter('in doubt')];
    db.exec(`CREATE TEMP TRIGGER fail BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk'); END`);
    expect(() => outbox.append(doubtful, NOW)).toThrow('disk');
    expect(() => outbox.append(doubtful, NOW)).toThrow('disk');
    expect(reasonsOf(outbox)).toEqual(['before']);
    db.exec('DROP TRIGGER fail');
    outbox.append([...doubtful, enter('after')], NOW);
    const [before, repeated, after] = rowsOf(outbox);
    expect(repeated).toMatchObject({ epoch: before?.epoch, seq: 2 });
    expect(after?.epoch).not.toBe(before?.epoch);
  });

  it('what is written alongside is as durable as the drafts, or neither is', () => {
    const db = database();
    const outbox = createOutbox(db, { maxBytes: 1e9 });
    const note = (text: string) => db.prepare(`INSERT OR REPLACE INTO snapshot VALUES ('note', ?)`).run(text);
    const noted = () => db.prepare(`SELECT body FROM snapshot`).pluck().all();
    outbox.append(enters(1), NOW, () => note('first'));
    const failing = () => {
      note('second');
      throw new Error('disk');
    };
    expect(() => outbox.append(enters(1), NOW, failing)).toThrow('disk');
    expect(noted()).toEqual(['first']);
    expect(rowsOf(outbox)).toHaveLength(1);
  });

  it('the other process sees committed rows, and sees that there is something to see', () => {
    const radio = outboxOf();
    const uplink = outboxOf();
    const before = uplink.version();
    expect(uplink.version()).toBe(before);
    radio.append(enters(2), NOW);
    expect(uplink.version()).not.toBe(before);
    expect(reasonsOf(uplink)).toEqual(['event 0', 'event 1']);
  });

  it('takes over the rows of the schema before', () => {
    const path = join(folder, 'edge.sqlite');
    const db = openDatabase(path);
    // What the first version left: seen in its own words.
    db.exec(`
      DROP TABLE outbox; DROP TABLE outbox_parked; DROP TABLE outbox_sum; DROP TABLE outbox_dropped;
      CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, epoch TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL,
        mono_ms REAL NOT NULL, boot TEXT NOT NULL, clock TEXT NOT NULL, body TEXT NOT NULL, bytes INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting', reject_code TEXT) STRICT;
      CREATE INDEX outbox_by_state ON outbox (state, seq);
      CREATE TABLE outbox_size (id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, dropped INTEGER NOT NULL) STRICT;
      INSERT INTO outbox_size VALUES (1, 300, 7);
      CREATE TRIGGER outbox_grew AFTER INSERT ON outbox BEGIN UPDATE outbox_size SET bytes = bytes + 1; END;
      CREATE TRIGGER outbox_shrank AFTER DELETE ON outbox BEGIN UPDATE outbox_size SET bytes = bytes - 1; END;
      PRAGMA user_version = 2;`);
    const insert =
      db.prepare(`INSERT INTO outbox (seq, epoch, type, at, mono_ms, boot, clock, body, bytes, state, reject_code)
      VALUES (?, '0123456789abcdef', 'enter', ?, ?, ?, 'synced', ?, 100, ?, ?)`);
    for (const [seq, state, code] of [
      [4, 'waiting', null],
      [5, 'parked', 'malformed'],
      [6, 'waiting', null],
    ] as const) {
      insert.run(seq, NOW.wall, NOW.mono, NOW.boot, JSON.stringify(enter(`old ${seq}`)), state, code);
    }
    db.close();
    const outbox = outboxOf();
    expect(namesOf(outbox)).toEqual(['0123456789abcdef:4', '0123456789abcdef:6']);
    expect(reasonsOf(outbox)).toEqual(['old 4', 'old 6']);
    expect(outbox.depth()).toMatchObject({ waiting: 2, parked: 1, dropped: 7 });
  });

  it('what append returned from survives a kill', () => {
    const script = `
      import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, 'database.ts'))};
      import { createOutbox } from ${JSON.stringify(join(import.meta.dirname, 'outbox.ts'))};
      import { enter, NOW } from ${JSON.stringify(join(import.meta.dirname, 'outbox.fixture.ts'))};
      const outbox = createOutbox(openDatabase(${JSON.stringify(join(folder, 'edge.sqlite'))}), { maxBytes: 1e9 });
      for (let i = 0; i < 20; i += 1) outbox.append([enter('x')], NOW);
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(signal).toBe('SIGKILL');
    expect(rowsOf(outboxOf())).toHaveLength(20);
  });
});
