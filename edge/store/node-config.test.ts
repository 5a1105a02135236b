import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BootId, NodeId } from '../../protocol/ids.ts';
import type { CommandResult } from '../../protocol/messages/command.ts';
import { TagSubject } from '../../protocol/messages/common.ts';
import { epochMs, monoMs } from '../../protocol/units.ts';
import type { EventDraft } from '../core/event-draft.ts';
import { type Shadow, UNSHADOWED } from '../core/shadow.ts';
import { COMMANDS_REMEMBERED } from '../core/thresholds.ts';
import { createCommandStore } from './commands.ts';
import { openDatabase } from './database.ts';
import { createNodeConfigStore } from './node-config.ts';
import { enter, NOW } from './outbox.fixture.ts';
import { createOutbox } from './outbox.ts';
import { createPresenceSnapshots } from './presence-snapshot.ts';
import { createRadioRequests } from './radio-requests.ts';
import { createRadioSnapshots } from './radio-snapshot.ts';
import { eraseSubjects } from './subject-erasure.ts';
import { createUplinkSnapshots } from './uplink-snapshot.ts';

const DOOR = NodeId.parse('door');

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-node-config-'));
  const path = join(folder, 'edge.sqlite');
  const connections: ReturnType<typeof openDatabase>[] = [];
  const connect = () => {
    const db = openDatabase(path);
    connections.push(db);
    return db;
  };
  onTestFinished(() => {
    for (const db of connections) if (db.open) db.close();
    rmSync(folder, { recursive: true });
  });
  const bytes = () => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  return { connect, bytes, path };
}

const TAG = TagSubject.parse({
  kind: 'ibeacon',
  uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e',
  major: 1,
  minor: 1,
});
const BOOT = BootId.parse('12345678-0000');

it('text that a power cut left unreadable costs that one value, not the process', () => {
  const db = open().connect();
  const damaged = '{"at":"sett\0\0\0\0';
  const put = (sql: string): void => void db.prepare<[string]>(sql).run(damaged);
  put(`INSERT INTO shadow VALUES ('door', ?)`);
  put(`INSERT INTO command (id, result) VALUES ('cmd_1', ?)`);
  put(`INSERT INTO radio_request (id, body) VALUES ('cmd_1', ?)`);
  for (const name of ['presence', 'radio', 'uplink']) put(`INSERT INTO snapshot VALUES ('${name}', ?)`);
  expect(createNodeConfigStore(db, NodeId.parse('door')).read()).toEqual(UNSHADOWED);
  const commands = createCommandStore(db, DOOR);
  expect([commands.known('cmd_1'), commands.untold()]).toEqual(['under-way', []]);
  const requests = createRadioRequests(db, DOOR);
  expect([requests.find('cmd_1'), requests.all(), requests.open()]).toEqual([undefined, [], []]);
  const snapshots = [createPresenceSnapshots(db), createRadioSnapshots(db), createUplinkSnapshots(db)];
  expect(snapshots.map((one) => one.read())).toEqual([undefined, undefined, undefined]);
  // Nobody can tell who is in it.
  db.exec(`INSERT INTO outbox VALUES (1, 'e', 1, 'enter', 1, 0, 0, 'b', 'synced', '{"ty', 100)`);
  expect(eraseSubjects(db, createPresenceSnapshots(db), [TAG])).toMatchObject({ waiting: 1 });
});

it('an erasure needs no room for the rows that stay, however many wait', () => {
  const { connect, path } = open();
  const outbox = createOutbox(connect(), { maxBytes: 1e9 });
  const other = { ...enter('x'.repeat(150)), subject: { ...TAG, minor: 7 } };
  outbox.append([...Array.from({ length: 60_000 }, () => ({ ...other })), enter('to be forgotten')], NOW);
  const program = ['--max-old-space-size=20', join(import.meta.dirname, 'erase.fixture.ts'), path, TAG.uuid];
  const { stdout, signal } = spawnSync(process.execPath, program, { encoding: 'utf8' });
  expect(signal).toBeNull();
  expect(JSON.parse(stdout)).toMatchObject({ waiting: 1, overwritten: true });
});

describe('the shadow on disk', () => {
  it('is there for the next process, and for nobody else', () => {
    const { connect } = open();
    const first = createNodeConfigStore(connect(), NodeId.parse('door'));
    expect(first.read()).toEqual(UNSHADOWED);
    const trying: Shadow = {
      at: 'trying',
      good: { version: 3, config: { enterDbm: -70 } },
      trial: {
        version: 4,
        config: { profile: { v: 1, frames: [{ frame: 'ibeacon' }] } },
        boot: BOOT,
        since: monoMs(5),
        begunAt: epochMs(6),
        needs: { onAir: true, hearing: false },
      },
      next: { v: 1, version: 5, config: {} },
    };
    first.write(trying);
    expect(createNodeConfigStore(connect(), NodeId.parse('door')).read()).toEqual(trying);
    expect(createNodeConfigStore(connect(), NodeId.parse('till')).read()).toEqual(UNSHADOWED);
  });

  it('of a newer version is left alone', () => {
    const db = open().connect();
    db.prepare(`INSERT INTO shadow VALUES ('door', '{"at":"dreaming"}')`).run();
    expect(createNodeConfigStore(db, NodeId.parse('door')).read()).toEqual(UNSHADOWED);
  });
});

describe('commands on disk', () => {
  const done = (id: string): CommandResult => ({ v: 1, id, command: 'restart', state: 'done', at: epochMs(1) });

  it('are known for good, and their results wait until they are told', () => {
    const { connect } = open();
    const store = createCommandStore(connect(), DOOR);
    expect(store.known('a')).toBeUndefined();
    store.begin('a');
    store.begin('b');
    const later = createCommandStore(connect(), DOOR);
    expect(later.known('a')).toBe('under-way');
    expect(later.unfinished()).toEqual(['a', 'b']);
    later.finish(done('a'), 'restart');
    later.finish(done('b'));
    expect(store.untold()).toEqual([
      { result: done('a'), followUp: 'restart' },
      { result: done('b'), followUp: undefined },
    ]);
    store.told('a');
    expect(store.untold()).toEqual([{ result: done('b'), followUp: undefined }]);
    expect(store.known('a')).toEqual(done('a'));
  });

  it('are bounded, and those nobody has heard of yet stay longest', () => {
    const store = createCommandStore(open().connect(), DOOR);
    store.finish(done('untold'));
    for (let n = 0; n < COMMANDS_REMEMBERED + 50; n += 1) {
      store.finish(done(`told-${n}`));
      store.told(`told-${n}`);
    }
    expect(store.untold().map(({ result }) => result.id)).toEqual(['untold']);
    expect(store.known('told-0')).toBeUndefined();
    expect(store.known(`told-${COMMANDS_REMEMBERED + 49}`)).toBeDefined();
  });
});

it('of a former node on this machine nobody ends, and who was to be forgotten is', () => {
  const { connect } = open();
  const db = connect();
  const till = NodeId.parse('till');
  const wipe = { v: 1, id: 'w', command: 'erase', state: 'done', at: epochMs(1) } as const;
  createCommandStore(db, DOOR).finish(wipe, 'wipe');
  const subjects = [
    TagSubject.parse({ kind: 'ibeacon', uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e', major: 1, minor: 2 }),
  ];
  for (const kind of ['wipe', 'restart'] as const) createRadioRequests(db, DOOR).ask({ kind, id: kind });
  createRadioRequests(db, DOOR).ask({ kind: 'erase', id: 'erase', subjects });
  expect(createCommandStore(db, DOOR).untold()).toEqual([{ result: wipe, followUp: 'wipe' }]);
  expect(createCommandStore(db, till).untold()).toEqual([{ result: wipe, followUp: undefined }]);
  expect(createRadioRequests(db, DOOR).open()).toHaveLength(3);
  expect(createRadioRequests(db, till).open()).toEqual([{ kind: 'erase', id: 'erase', subjects }]);
  // As a version before this one wrote them.
  db.exec(
    `UPDATE command SET follow_up = 'wipe'; UPDATE radio_request SET body = '{"kind":"wipe","id":"wipe"}' WHERE id = 'wipe'`,
  );
  expect(createCommandStore(db, till).untold()).toMatchObject([{ followUp: 'wipe' }]);
  expect(createRadioRequests(db, till).find('wipe')).toEqual({ kind: 'wipe', id: 'wipe' });
});

it('a request waits for the radio and keeps its answer', () => {
  const { connect } = open();
  const uplink = createRadioRequests(connect(), DOOR);
  const radio = createRadioRequests(connect(), DOOR);
  uplink.ask({ kind: 'restart', id: 'one' });
  uplink.ask({ kind: 'restart', id: 'one' });
  expect(radio.open()).toEqual([{ kind: 'restart', id: 'one', node: DOOR }]);
  expect(uplink.answerOf('one')).toBeUndefined();
  radio.answer('one', 2);
  expect([uplink.answerOf('one'), radio.open()]).toEqual([2, []]);
  uplink.takeBack('one');
  expect(uplink.answerOf('one')).toBeUndefined();
});

describe('an erasure', () => {
  const uuid = 'f7826da6-4fa2-4e98-8024-bc5b71e0893e';
  const tag = (minor: number) => TagSubject.parse({ kind: 'ibeacon', uuid, major: 4_711, minor });
  const now = { mono: monoMs(10), wall: epochMs(1_767_225_600_000), clock: 'synced' as const, boot: BOOT };
  const enter = (minor: number, reason: string): EventDraft => ({
    type: 'enter',
    at: now.wall,
    monoMs: now.mono,
    boot: BOOT,
    clock: 'synced',
    subject: tag(minor),
    reason,
  });

  it('takes the tags from every table, and their bytes from the disk', () => {
    const { connect, bytes } = open();
    const db = connect();
    const outbox = createOutbox(db, { maxBytes: 1e9 });
    const snapshots = createPresenceSnapshots(db);
    outbox.append([enter(1, 'trace-of-one'), enter(2, 'trace-of-two'), enter(1, 'trace-of-one')], now);
    const epoch = outbox.waiting(1)[0]?.epoch;
    if (epoch === undefined) throw new Error('no row');
    outbox.settle({ v: 1, epoch, done: [], rejected: [{ seq: 3, code: 'malformed' }] });
    const present = (minor: number) => ({
      subject: tag(minor),
      since: monoMs(1),
      lastNear: monoMs(2),
      heardAt: monoMs(2),
      dbm: -60,
      dwellsSent: 0,
    });
    const { mono: writtenMono, wall: writtenAt, clock, boot } = now;
    snapshots.write({ boot, writtenMono, writtenAt, clock, tags: [present(1), present(2)] });

    expect(eraseSubjects(db, snapshots, [tag(1), tag(9)])).toEqual({
      waiting: 1,
      parked: 1,
      present: 1,
      overwritten: true,
    });
    expect(outbox.waiting(9).map(({ event }) => event)).toMatchObject([{ subject: { minor: 2 } }]);
    expect(outbox.depth()).toMatchObject({ waiting: 1, parked: 0, dropped: 0 });
    expect(snapshots.read()?.tags.map(({ subject }) => subject.minor)).toEqual([2]);
    expect(bytes().includes('trace-of-one')).toBe(false);
    expect(bytes().includes('trace-of-two')).toBe(true);
    expect(eraseSubjects(db, snapshots, [tag(1)])).toEqual({ waiting: 0, parked: 0, present: 0, overwritten: true });
  });
});
