import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BootId, newOutboxEpoch } from '../../protocol/ids.ts';
import { type EventAck, NodeEvent, toRanges } from '../../protocol/messages/events.ts';
import { epochMs, monoMs } from '../../protocol/units.ts';
import { type EventDraft, lossDraft, type Moment } from '../core/event-draft.ts';
import { openDatabase } from './database.ts';
import { createOutbox, type Outbox } from './outbox.ts';

const NOW: Moment = {
  mono: monoMs(1_000),
  wall: epochMs(1_767_225_600_000),
  clock: 'synced',
  boot: BootId.parse('12345678-0000'),
};
const draft = (name: string): EventDraft => lossDraft(1, name, NOW);
const drafts = (count: number): EventDraft[] => Array.from({ length: count }, (_, index) => draft(`event ${index}`));

let folder: string;
let open: { close(): void }[] = [];

function database() {
  const db = openDatabase(join(folder, 'edge.sqlite'));
  open.push(db);
  return db;
}
const outboxOf = (maxBytes = 1e9): Outbox => createOutbox(database(), { maxBytes });
const seqs = (outbox: Outbox): number[] => outbox.waiting(10_000).map((row) => row.seq);
const epochOf = (outbox: Outbox) => outbox.waiting(1)[0]?.epoch ?? newOutboxEpoch();
const ack = (outbox: Outbox, done: number[], rejected: EventAck['rejected'] = []): EventAck => ({
  v: 1,
  epoch: epochOf(outbox),
  done: toRanges(done),
  rejected,
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-outbox-'));
});
afterEach(() => {
  for (const db of open) db.close();
  open = [];
  rmSync(folder, { recursive: true });
});

describe('outbox', () => {
  it('hands rows out oldest first, as the events the protocol knows', () => {
    const outbox = outboxOf();
    outbox.append([draft('first'), draft('second')], NOW);
    const rows = outbox.waiting(10);
    expect(rows.map(({ event }) => NodeEvent.parse(event))).toMatchObject([
      { seq: 1, reason: 'first' },
      { seq: 2, reason: 'second' },
    ]);
    expect(outbox.waiting(1)).toHaveLength(1);
  });

  it('is synced on every connection', () => {
    for (const db of [database(), database()]) {
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    }
  });

  it('deletes exactly what an ack lists', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 12 })), (listed) => {
        const outbox = createOutbox(openDatabase(':memory:'), { maxBytes: 1e9 });
        outbox.append(drafts(10), NOW);
        const before = seqs(outbox);
        const { done } = outbox.settle(ack(outbox, listed));
        expect(seqs(outbox)).toEqual(before.filter((seq) => !listed.includes(seq)));
        expect(done).toBe(before.length - seqs(outbox).length);
      }),
      { numRuns: 30 },
    );
  });

  it('ignores an ack of another epoch and a repeated ack', () => {
    const outbox = outboxOf();
    outbox.append(drafts(3), NOW);
    const good = ack(outbox, [1, 2]);
    expect(outbox.settle({ ...good, epoch: newOutboxEpoch() })).toEqual({ done: 0, parked: 0 });
    expect(outbox.settle(good)).toEqual({ done: 2, parked: 0 });
    expect(outbox.settle(good)).toEqual({ done: 0, parked: 0 });
    expect(seqs(outbox)).toEqual([3]);
  });

  it('parks a rejected row: kept and counted, never sent again', () => {
    const outbox = outboxOf();
    outbox.append(drafts(3), NOW);
    expect(outbox.settle(ack(outbox, [1], [{ seq: 2, code: 'malformed' }]))).toEqual({ done: 1, parked: 1 });
    expect(seqs(outbox)).toEqual([3]);
    expect(outbox.depth()).toEqual({ waiting: 1, parked: 1, dropped: 0 });
  });

  it('keeps epoch and rows over a restart and never gives a seq twice', () => {
    const first = outboxOf();
    first.append(drafts(5), NOW);
    const epoch = epochOf(first);
    first.settle(ack(first, [4, 5]));
    for (const db of open.splice(0)) db.close();
    const second = outboxOf();
    second.append(drafts(1), NOW);
    expect(seqs(second)).toEqual([1, 2, 3, 6]);
    expect(new Set(second.waiting(10).map((row) => row.epoch))).toEqual(new Set([epoch]));
  });

  it('a new database is a new epoch', () => {
    const here = outboxOf();
    const elsewhere = createOutbox(openDatabase(':memory:'), { maxBytes: 1e9 });
    for (const outbox of [here, elsewhere]) outbox.append(drafts(1), NOW);
    expect(epochOf(here)).not.toBe(epochOf(elsewhere));
  });

  it('after a failed commit nothing of it is visible and a new epoch begins', () => {
    const db = database();
    const outbox = createOutbox(db, { maxBytes: 1e9 });
    outbox.append(drafts(1), NOW);
    db.exec(`CREATE TEMP TRIGGER fail BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk'); END`);
    expect(() => outbox.append(drafts(2), NOW)).toThrow('disk');
    expect(seqs(outbox)).toEqual([1]);
    db.exec('DROP TRIGGER fail');
    outbox.append(drafts(2), NOW);
    const [old, ...repeated] = outbox.waiting(10);
    expect(repeated).toHaveLength(2);
    expect(new Set(repeated.map((row) => row.epoch)).size).toBe(1);
    expect(repeated[0]?.epoch).not.toBe(old?.epoch);
  });

  it('what is written alongside is as durable as the drafts, or neither is', () => {
    const db = database();
    const outbox = createOutbox(db, { maxBytes: 1e9 });
    const note = (text: string) => db.prepare(`INSERT OR REPLACE INTO snapshot VALUES ('note', ?)`).run(text);
    const noted = () => db.prepare(`SELECT body FROM snapshot`).pluck().all();
    outbox.append(drafts(1), NOW, () => note('first'));
    const failing = () => {
      note('second');
      throw new Error('disk');
    };
    expect(() => outbox.append(drafts(1), NOW, failing)).toThrow('disk');
    expect(noted()).toEqual(['first']);
    expect(seqs(outbox)).toEqual([1]);
  });

  it('the other process sees committed rows, and sees that there is something to see', () => {
    const radio = outboxOf();
    const uplink = outboxOf();
    const before = uplink.version();
    expect(uplink.version()).toBe(before);
    radio.append(drafts(2), NOW);
    expect(uplink.version()).not.toBe(before);
    expect(seqs(uplink)).toEqual([1, 2]);
  });

  it('when full drops the oldest, counts them and names the loss in the record', () => {
    const outbox = outboxOf(20_000);
    for (let index = 0; index < 200; index += 1) outbox.append([draft(`event ${index}`)], NOW);
    const rows = outbox.waiting(1_000);
    const size = rows.reduce((sum, row) => sum + row.bytes, 0);
    expect(size).toBeLessThanOrEqual(20_000);
    expect(rows.at(-1)?.event).toMatchObject({ reason: 'event 199' });
    const { dropped, waiting } = outbox.depth();
    const marks = rows.filter(({ event }) => event.type === 'loss' && event.reason.startsWith('the outbox was full'));
    expect(marks.length).toBeGreaterThan(0);
    expect(dropped).toBeGreaterThan(0);
    // Everything that ever got a number is still here or counted.
    expect(dropped + waiting).toBe(rows.at(-1)?.seq);
  });

  it('what append returned from survives a kill', () => {
    const script = `
      import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, 'database.ts'))};
      import { createOutbox } from ${JSON.stringify(join(import.meta.dirname, 'outbox.ts'))};
      const outbox = createOutbox(openDatabase(${JSON.stringify(join(folder, 'edge.sqlite'))}), { maxBytes: 1e9 });
      const now = ${JSON.stringify(NOW)};
      for (let i = 0; i < 20; i += 1) outbox.append([{ type: 'loss', at: now.wall, monoMs: now.mono, boot: now.boot, clock: now.clock, dropped: 1, reason: 'x' }], now);
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(signal).toBe('SIGKILL');
    expect(seqs(outboxOf())).toHaveLength(20);
  });
});
