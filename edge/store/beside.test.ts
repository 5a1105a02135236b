import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Hwid, NodeId } from '../../protocol/ids.ts';
import type { CommandResult } from '../../protocol/messages/command.ts';
import { epochMs, monoMs } from '../../protocol/units.ts';
import { type Shadow, UNSHADOWED } from '../core/shadow.ts';
import { OUTBOX_LOOK_AGAIN_MS, SECURE_STEPS_AHEAD } from '../core/thresholds.ts';
import { type Beside, openBeside } from './beside.ts';
import { asideFiles, replaceBroken } from './broken-database.ts';
import { createSecureSteps } from './secure-counter.ts';

const NODE = NodeId.parse('door');
const HWID = Hwid.parse('0a1b2c3d4e');
const good = (version: number): Shadow => ({ at: 'settled', good: { version, config: {} } });
const result = (id: string): CommandResult => ({ v: 1, id, command: 'identify', state: 'done', at: epochMs(1) });

let folder: string;
let opened: Beside[];
let clock: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-beside-'));
  mkdirSync(join(folder, 'disk'));
  opened = [];
  clock = 0;
});
afterEach(() => {
  for (const beside of opened) beside.close();
  rmSync(folder, { recursive: true });
});

const diskPath = (): string => join(folder, 'disk/edge.sqlite');
function open(role: 'radio' | 'uplink'): Beside {
  const memoryPath = join(folder, 'memory.sqlite');
  const beside = openBeside({ diskPath: diskPath(), memoryPath, nodeId: NODE, role, mono: () => monoMs(clock) });
  opened.push(beside);
  return beside;
}
const later = (): void => {
  clock += OUTBOX_LOOK_AGAIN_MS;
};
/** From now on this connection meets what it would meet on a disk that was remounted read-only. */
const spoil = (beside: Beside): void => void beside.disk().pragma('query_only = ON');

describe('a disk that takes no writes', () => {
  it('costs neither configuration nor commands: both daemons go on in memory, and all of it comes back', () => {
    const [uplink, radio] = [open('uplink'), open('radio')];
    uplink.config.write(good(1));
    uplink.commands.begin('early');
    uplink.requests.ask({ kind: 'restart', id: 'r' });
    spoil(uplink);
    uplink.config.write(good(2));
    uplink.commands.finish(result('early'), 'restart');
    uplink.requests.takeBack('r');
    uplink.requests.ask({ kind: 'restart', id: 's' });

    later();
    expect(radio.config.read()).toEqual(good(2));
    expect(radio.requests.open()).toEqual([{ kind: 'restart', id: 's', node: 'door' }]);
    const before = radio.version();
    radio.requests.answer('s', 1);
    expect(uplink.requests.answerOf('s')).toBe(1);

    // Opened anew the disk takes writes, and nothing is asked of the uplink meanwhile.
    uplink.tend();
    expect(uplink.disk().prepare('SELECT count(*) FROM shadow WHERE body LIKE ?').pluck().get('%"version":2%')).toBe(1);
    expect(radio.config.read()).toEqual(good(2));
    expect(radio.version()).not.toBe(before);
    uplink.config.write(good(3));
    for (const beside of [radio, open('radio'), open('uplink')]) {
      expect(beside.config.read()).toEqual(good(3));
      expect(beside.requests.all()).toEqual([{ kind: 'restart', id: 's', node: 'door' }]);
      expect(beside.commands.untold()).toEqual([{ result: result('early'), followUp: 'restart' }]);
      expect(beside.commands.unfinished()).toEqual([]);
    }
  });

  it('nor can it be opened: memory serves until it can, and takes nothing away that it never saw', () => {
    const before = open('uplink');
    before.config.write(good(1));
    before.requests.ask({ kind: 'restart', id: 'r' });
    before.close();
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'not a folder');
    const unreachable = (role: 'radio' | 'uplink') =>
      openBeside({
        diskPath: join(elsewhere, 'edge.sqlite'),
        memoryPath: join(folder, 'memory.sqlite'),
        nodeId: NODE,
        role,
        mono: () => monoMs(clock),
      });
    const [uplink, radio] = [unreachable('uplink'), unreachable('radio')];
    opened.push(uplink, radio);
    expect(() => uplink.disk()).toThrow('unable to open database file');
    uplink.commands.finish(result('c'));
    expect(uplink.config.read()).toEqual(UNSHADOWED);
    expect(radio.commands.untold()).toHaveLength(1);

    // The next process finds the disk again.
    const next = open('uplink');
    expect(next.config.read()).toEqual(good(1));
    expect(next.requests.open()).toEqual([{ kind: 'restart', id: 'r', node: 'door' }]);
    expect(next.commands.untold()).toHaveLength(1);
  });
});

describe('a database that is replaced', () => {
  it('is followed by both daemons, with what could be read of the old one', () => {
    const [uplink, radio] = [open('uplink'), open('radio')];
    uplink.config.write(good(4));
    const steps = createSecureSteps(radio.disk, { hwid: HWID, mono: () => monoMs(clock) });
    expect(steps.current()).toBe(0n);
    replaceBroken(diskPath(), new Date(), () => undefined).close();
    later();
    expect([uplink.config.read(), radio.config.read()]).toEqual([good(4), good(4)]);
    uplink.config.write(good(5));
    expect(radio.config.read()).toEqual(good(5));
    // A life later no step is shown again.
    expect(createSecureSteps(radio.disk, { hwid: HWID, mono: () => monoMs(clock) }).current()).toBe(
      BigInt(SECURE_STEPS_AHEAD),
    );
    steps.close();
  });

  it('leaves one damaged file behind, not one for each time', () => {
    open('uplink').config.write(good(1));
    const aside: string[] = [];
    for (const day of [1, 2, 3]) {
      replaceBroken(diskPath(), new Date(2026, 1, day), (told) => aside.push(told.aside)).close();
    }
    expect(asideFiles(diskPath()).filter((file) => !/-(wal|shm)$/.test(file))).toEqual(aside.slice(-1));
  });
});

it('a file that was wiped is not made again', () => {
  const uplink = open('uplink');
  uplink.config.write(good(1));
  for (const suffix of ['', '-wal', '-shm']) rmSync(diskPath() + suffix, { force: true });
  later();
  uplink.config.write(good(2));
  expect(existsSync(diskPath())).toBe(false);
});
