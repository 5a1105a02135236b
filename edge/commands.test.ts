import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NodeId } from '../protocol/ids.ts';
import type { CommandResult } from '../protocol/messages/command.ts';
import { epochMs, monoMs } from '../protocol/units.ts';
import { testMachine } from './bare-node.fixture.ts';
import { type CommandsParts, createCommands } from './commands.ts';
import { RESULTS_AT_ONCE, SNAPSHOT_MAX_BYTES } from './core/thresholds.ts';
import { createCommandStore } from './store/commands.ts';
import { openDatabase } from './store/database.ts';
import { createRadioRequests } from './store/radio-requests.ts';

const TAG = { kind: 'ibeacon', uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e', major: 1, minor: 2 };

const DOOR = NodeId.parse('door');

/** The commands of a node on a real database, with a clock and a broker in the test's hands. */
function openNode(parts: Partial<CommandsParts> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-commands-'));
  const db = openDatabase(join(folder, 'edge.sqlite'));
  onTestFinished(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });
  const store = createCommandStore(db, DOOR);
  const requests = createRadioRequests(db, DOOR);
  const said: CommandResult[] = [];
  const ends: string[] = [];
  const world = { mono: 0, takes: true, radio: false, erased: 0 };
  const start = (more: Partial<CommandsParts> = {}) =>
    createCommands({
      nodeId: DOOR,
      store,
      requests,
      identify: (seconds) => `blinks for ${seconds} s`,
      snapshot: () => ({ small: 1, large: 'x'.repeat(SNAPSHOT_MAX_BYTES) }),
      eraseSubjects: () => {
        world.erased += 1;
        return { waiting: 1, parked: 0, present: 1, overwritten: true };
      },
      isRadioAlive: () => world.radio,
      publish(result, onTaken) {
        said.push(result);
        if (world.takes) onTaken();
      },
      end: (why) => void ends.push(why),
      machine: { ...testMachine(), mono: () => monoMs(world.mono), wall: () => epochMs(1_000) },
      log: pino({ level: 'silent' }),
      ...parts,
      ...more,
    });
  /** As this machine enrolled as another node. */
  const startAs = (nodeId: NodeId) =>
    start({ nodeId, store: createCommandStore(db, nodeId), requests: createRadioRequests(db, nodeId) });
  return { start, startAs, store, requests, said, ends, world };
}

const command = (id: string, body: object, expiresAt = 2_000) =>
  Buffer.from(JSON.stringify({ v: 1, id, expiresAt, ...body }));

describe('a command', () => {
  it('is done once, and answered as often as it comes', () => {
    const { start, said, ends } = openNode();
    const commands = start();
    commands.onCommand(command('a', { command: 'restart' }));
    commands.beat();
    commands.onCommand(command('a', { command: 'restart' }));
    commands.beat();
    expect(said.map(({ id, state }) => [id, state])).toEqual([
      ['a', 'done'],
      ['a', 'done'],
    ]);
    expect(ends).toEqual(['restart']);
    // Nor by the process that was asked for.
    const next = start();
    next.onUp();
    next.onCommand(command('a', { command: 'restart' }));
    expect(ends).toEqual(['restart']);
  });

  it.each([
    ['expired', command('x', { command: 'restart' }, 999), 'expired'],
    ['for another node', command('x', { command: 'erase', scope: 'node', confirm: 'till' }), 'this is node door'],
    ['unknown', command('x', { command: 'dance' }), 'command'],
    ['misspelt', command('x', { command: 'identify', secnds: 3 }), 'did you mean "seconds"?'],
  ])('%s is refused', (_what, payload, says) => {
    const { start, said, ends } = openNode();
    start().onCommand(payload);
    expect(said).toMatchObject([{ id: 'x', state: 'refused', detail: expect.stringContaining(says) }]);
    expect(ends).toEqual([]);
  });

  it.each(['', '{', '[]', '{"v":1}', '{"v":1,"id":"UPPER CASE"}'])('%j is counted, no more', (payload) => {
    const { start, said } = openNode();
    const commands = start();
    commands.onCommand(Buffer.from(payload));
    expect([said, commands.counters()['commandsUnreadable']]).toEqual([[], 1]);
  });

  it('is told again until the broker has it', () => {
    const { start, said, world } = openNode();
    world.takes = false;
    const commands = start();
    commands.onCommand(command('a', { command: 'identify', seconds: 3 }));
    commands.onUp();
    world.takes = true;
    commands.onUp();
    commands.onUp();
    commands.beat();
    expect(said).toHaveLength(3);
    expect(said[2]).toMatchObject({ id: 'a', state: 'done', detail: 'blinks for 3 s' });
  });

  it('is told beside few others at once, however many wait for a line', () => {
    const { start, said, world } = openNode();
    world.takes = false;
    const commands = start();
    for (let i = 0; i < 50; i += 1) commands.onCommand(command(`c-${i}`, { command: 'identify', seconds: 1 }));
    said.length = 0;
    commands.onUp();
    expect(said).toHaveLength(RESULTS_AT_ONCE);
    world.takes = true;
    commands.onUp();
    for (let i = 0; i < 50 / RESULTS_AT_ONCE; i += 1) commands.beat();
    expect(new Set(said.map(({ id }) => id)).size).toBe(50);
  });

  it('that throws is answered all the same', () => {
    const { start, said } = openNode({
      identify: () => {
        throw new Error('the light is broken');
      },
    });
    start().onCommand(command('a', { command: 'identify', seconds: 1 }));
    expect(said).toMatchObject([{ id: 'a', state: 'failed', detail: 'the light is broken' }]);
  });

  it('of a snapshot keeps what fits, and names what does not', () => {
    const { start, said } = openNode();
    start().onCommand(command('s', { command: 'snapshot' }));
    expect(said[0]?.data).toEqual({ small: 1, cut: ['large'] });
  });
});

describe('an end', () => {
  it('waits for the last word, but for a restart not for ever', () => {
    const { start, ends, world } = openNode();
    world.takes = false;
    const commands = start();
    commands.onCommand(command('a', { command: 'restart' }));
    commands.beat();
    expect(ends).toEqual([]);
    world.mono = 3_000;
    commands.beat();
    commands.beat();
    expect(ends).toEqual(['restart']);
  });

  it('by a wipe waits until the cloud can know, over restarts too', () => {
    const { start, ends, requests, world } = openNode();
    world.takes = false;
    start().onCommand(command('w', { command: 'erase', scope: 'node', confirm: 'door' }));
    world.mono = 1e9;
    const next = start();
    next.beat();
    expect(ends).toEqual([]);
    world.takes = true;
    next.onUp();
    next.beat();
    expect(ends).toEqual(['wipe']);
    expect(requests.open()).toEqual([{ kind: 'wipe', id: 'w', node: 'door' }]);
  });

  it('by a wipe does not reach the node this machine has become meanwhile', () => {
    const { start, startAs, ends, world } = openNode();
    world.takes = false;
    start().onCommand(command('w', { command: 'erase', scope: 'node', confirm: 'door' }));
    world.takes = true;
    const next = startAs(NodeId.parse('till'));
    next.onUp();
    next.beat();
    next.beat();
    expect(ends).toEqual([]);
  });

  it.each(['before it was noted that the cloud knows', 'after it'])(
    'by a wipe comes about though the power was cut %s',
    (moment) => {
      const { start, ends, store } = openNode();
      const { told } = store;
      const commands = start();
      commands.onCommand(command('w', { command: 'erase', scope: 'node', confirm: 'door' }));
      if (moment !== 'after it') {
        Object.assign(store, {
          told() {
            throw new Error('the power was cut');
          },
        });
        expect(commands.beat).toThrow('the power was cut');
        Object.assign(store, { told });
      } else commands.beat();
      ends.length = 0;
      const next = start();
      next.onUp();
      next.beat();
      expect(ends).toEqual(['wipe']);
    },
  );
});

describe('an erasure', () => {
  const erase = command('e', { command: 'erase', scope: 'subjects', subjects: [TAG] });

  it('waits until the radio has forgotten', () => {
    const { start, said, requests, world } = openNode();
    world.radio = true;
    const commands = start();
    commands.onCommand(erase);
    commands.beat();
    expect([said, world.erased]).toEqual([[], 0]);
    expect(requests.open()).toEqual([{ kind: 'erase', id: 'e', subjects: [TAG] }]);
    requests.answer('e', 1);
    commands.beat();
    expect(said).toMatchObject([{ id: 'e', state: 'done', data: { waiting: 1, forgotten: 1 } }]);
    expect(requests.find('e')).toBeUndefined();
  });

  it('does not wait for a radio that is down, which forgets when it comes', () => {
    const { start, said, requests } = openNode();
    const commands = start();
    commands.onCommand(erase);
    expect(said).toMatchObject([{ state: 'done', data: { forgotten: 0 } }]);
    commands.beat();
    expect(requests.open()).toHaveLength(1);
    requests.answer('e', 1);
    commands.beat();
    expect(requests.all()).toEqual([]);
  });

  it('that a radio answers after the process has ended leaves no name behind either', () => {
    const { start, requests } = openNode();
    start().onCommand(erase);
    requests.answer('e', 1);
    start().beat();
    expect(requests.all()).toEqual([]);
  });

  it('by a radio that hangs is no success', () => {
    const { start, said, world } = openNode();
    world.radio = true;
    const commands = start();
    commands.onCommand(erase);
    world.mono = 10_000;
    commands.beat();
    expect(said).toMatchObject([{ state: 'failed', detail: expect.stringContaining('hangs') }]);
    expect(world.erased).toBe(1);
  });

  it('is taken up again by the next process', () => {
    const { start, said, requests, world } = openNode();
    world.radio = true;
    start().onCommand(erase);
    const next = start();
    requests.answer('e', 2);
    next.beat();
    expect(said).toMatchObject([{ id: 'e', state: 'done', data: { forgotten: 2 } }]);
  });
});
