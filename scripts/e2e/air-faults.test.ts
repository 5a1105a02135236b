import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { encodeIBeacon } from '../../protocol/frames/ibeacon.ts';
import { ProximityUuid } from '../../protocol/ids.ts';
import type { AirMessageInput } from '../../protocol/lab/air-control.ts';
import { sampleBundle } from '../../protocol/lab/sample-bundle.ts';
import { measuredPowerDbm } from '../../protocol/units.ts';
import { airControl } from '../lab/air/client.ts';
import { type Parent, startParent } from '../lab/faults/parent.ts';
import { type Phone, startPhone } from '../lab/faults/phone.ts';

// The radio process on the virtual air, under a parent that starts it again: what breaks a controller, and how the node
// finds its way back. Unplugging and other programs need a kernel: see kernel.test.ts.

const ROOT = join(import.meta.dirname, '../..');
const LABEL = 'node-under-test';
const TAGS = ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e');
const BUNDLE = sampleBundle({ storeId: 'lab', tagNamespaces: [TAGS] });

let folder: string;
let air: Parent;
let node: Parent;
let phone: Phone;
let log: string[];
let tag: number;

const path = (name: string): string => join(folder, name);
const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 45_000, interval: 50 });
const edge = ['--import', './scripts/lab/preload.ts', 'edge/cli.ts'] as const;

function start(args: readonly string[], onLine: (line: string) => void): Parent {
  const env = { ...process.env, PHAROS_AIR_SOCKET: path('air.sock'), PHAROS_AIR_LABEL: LABEL, PHAROS_CLOCK: 'synced' };
  return startParent({ command: [process.execPath, ...args], env, restartAfterMs: 200, onLine });
}

async function tell(message: AirMessageInput) {
  const reply = await airControl(path('air.ctl'), message);
  return reply.ok ? reply : expect.fail(reply.reject.detail);
}

beforeEach(async () => {
  process.chdir(ROOT);
  folder = mkdtempSync(join(tmpdir(), 'pharos-faults-'));
  log = [];
  tag = 0;
  air = start(['scripts/lab/virtual-air.ts', '--unix', path('air.sock'), '--ctl', path('air.ctl')], () => undefined);
  await eventually(() => expect(existsSync(path('air.ctl'))).toBe(true));
  mkdirSync(path('data'));
  writeFileSync(path('data/node.json'), JSON.stringify(BUNDLE), { mode: 0o600 });
  phone = startPhone(path('air.sock'), BUNDLE.hwid);
  node = start([...edge, 'radio', '--data-dir', path('data')], (line) => void log.push(line));
  await works();
});
afterEach(async () => {
  phone.close();
  await node.stop('SIGKILL');
  await air.stop('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** From now on the phone hears the node again, and the node senses a tag it has not met before. */
async function works(): Promise<void> {
  const from = performance.now();
  tag += 1;
  const payload = toHex(encodeIBeacon({ uuid: TAGS, major: 3, minor: tag, measuredPower: measuredPowerDbm(-59) }));
  await tell({ phantoms: { count: 1, intervalMs: 200, payload, rssi: -60 } });
  await eventually(() => expect(phone.lastHeardMs()).toBeGreaterThan(from));
  await eventually(() => expect(log.filter((line) => line.includes(`"minor":${tag},`))).not.toEqual([]));
}

const status = () =>
  JSON.parse(
    execFileSync(process.execPath, [...edge, 'status', '--json', '--data-dir', path('data')], { encoding: 'utf8' }),
  );

describe('a broken radio on the virtual air', { timeout: 120_000 }, () => {
  it('a controller that forgets everything is noticed and set up again by the same process', async () => {
    await tell({ forget: LABEL });
    await works();
    expect(node.ends).toEqual([]);
    expect(status().radio).toMatchObject({ state: 'on', recovery: { stage: 'restart', reason: 'scan-ended' } });
  });

  it('a controller that hangs for a moment is waited for', async () => {
    await tell({ hang: LABEL });
    await eventually(() => expect(log.filter((line) => line.includes('off air'))).not.toEqual([]));
    await tell({ unhang: LABEL });
    await works();
    expect(node.ends).toEqual([]);
  });

  it('one that hangs for good is left to a new process, which tells why', async () => {
    await tell({ hang: LABEL });
    await eventually(() => expect(node.ends).toEqual([69]));
    await works();
    expect(status().radio).toMatchObject({ state: 'on', recovery: { stage: 'exit', reason: 'no-answer' } });
  });

  it('a killed process is followed by one that knows it', async () => {
    node.signal('SIGKILL');
    await eventually(() => expect(node.ends).toEqual(['SIGKILL']));
    await works();
    expect(status().radio).toMatchObject({ recovery: { stage: 'exit', reason: 'killed' } });
  });

  it('SIGTERM is no fault', async () => {
    expect(await node.stop('SIGTERM')).toBe(0);
    const report = status();
    expect(report.radio).not.toHaveProperty('recovery');
    expect(report.radio.state).not.toBe('on');
  });
});
