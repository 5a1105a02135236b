import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toHex } from '../protocol/bytes.ts';
import { verifyDm } from '../protocol/device-message.ts';
import { decodeFrame } from '../protocol/frames/frame.ts';
import { encodeIBeacon } from '../protocol/frames/ibeacon.ts';
import { encodeLineSecure } from '../protocol/frames/line-secure.ts';
import { decodeBtsnoop } from '../protocol/hci/btsnoop.ts';
import { decodeCommand, leSetScanEnable, leSetScanParameters, OPCODE } from '../protocol/hci/commands.ts';
import { type AdvertisingReport, decodeEvent } from '../protocol/hci/events.ts';
import { createH4Framer } from '../protocol/hci/h4.ts';
import { Hwid, ProximityUuid } from '../protocol/ids.ts';
import { NodeBundle } from '../protocol/messages/bundle.ts';
import { epochMs, measuredPowerDbm } from '../protocol/units.ts';
import { airControl } from '../scripts/lab/air/client.ts';
import { databasePath } from './run-daemon.ts';
import { bundlePath } from './store/bundle-file.ts';
import { openDatabase } from './store/database.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';

// The real daemon with real noble and bleno on emulated controllers: what a profile promises is what a phone hears.

const ROOT = join(import.meta.dirname, '..');
const KEY = 'ab'.repeat(32);
const keyOf = () => Uint8Array.from(Buffer.from(KEY, 'hex'));
const HWIDS = ['0a1b2c3d4e', '0a1b2c3d4f', '0a1b2c3d50'].map((text) => Hwid.parse(text));
const [HWID = Hwid.parse('0a1b2c3d4e')] = HWIDS;
const IBEACON = { uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e', major: 1, minor: 7, measuredPower: -59 };
const SECURE = { vendorKey: 'a1b2c3d4', lotKey: '0011223344556677' };
const bundleOf = (nodeId: string, over: object = {}): unknown => ({
  v: 1,
  nodeId,
  storeId: 'taipei-1',
  zone: 'entrance',
  hwid: HWID,
  furtherHwids: HWIDS.slice(1),
  nodeIndex: 7,
  dmKey: KEY,
  slotSeconds: 300,
  ibeacon: IBEACON,
  tagNamespaces: [],
  lineSecure: SECURE,
  mqtt: { url: 'mqtt://127.0.0.1:1', username: nodeId, password: 'a-secret-password' },
  ...over,
});

const beacon = (uuid: string, major: number, minor: number): string =>
  toHex(encodeIBeacon({ uuid: ProximityUuid.parse(uuid), major, minor, measuredPower: measuredPowerDbm(-59) }));
const NODE_BEACON = beacon(IBEACON.uuid, 1, 7);
const LINE_REGION = beacon('d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38', 0x4c49, 0x4e45);

let folder: string;
let children: ChildProcess[];
let log: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-broadcast-'));
  children = [];
  log = '';
  const air = start([
    'scripts/lab/virtual-air.ts',
    '--unix',
    path('air.sock'),
    '--ctl',
    path('air.ctl'),
    '--trace',
    path('trace'),
  ]);
  const ready = Promise.withResolvers<void>();
  air.stdout?.once('data', () => ready.resolve());
  await ready.promise;
});
afterEach(async () => {
  await Promise.all(children.map((child) => end(child, 'SIGKILL')));
  rmSync(folder, { recursive: true });
});

const path = (name: string): string => join(folder, name);

function start(args: readonly string[], label = ''): ChildProcess {
  const env = {
    ...process.env,
    PHAROS_AIR_SOCKET: path('air.sock'),
    PHAROS_AIR_LABEL: label,
    PHAROS_CLOCK: 'synced',
    PHAROS_HEALTH_EVERY_MS: '200',
    PHAROS_PROFILE: '',
  };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  children.push(child);
  return child;
}

function startNode(profile: readonly string[], nodeId = 'door', over: object = {}): ChildProcess {
  mkdirSync(path(nodeId), { recursive: true });
  writeFileSync(bundlePath(path(nodeId)), JSON.stringify(NodeBundle.parse(bundleOf(nodeId, over))));
  const flags = profile.length === 0 ? [] : ['--profile', ...profile];
  const program = ['--import', './scripts/lab/preload.ts', 'edge/cli.ts', 'radio', '--data-dir', path(nodeId)];
  return start([...program, ...flags], nodeId);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = Promise.withResolvers<void>();
  child.once('exit', () => ended.resolve());
  child.kill(signal);
  await ended.promise;
}

interface Heard extends AdvertisingReport {
  readonly at: number;
}

/** A bare controller that listens: a phone as far as the air is concerned. */
function listen(): Heard[] {
  const reports: Heard[] = [];
  const socket = createConnection(path('air.sock'));
  socket.on('error', () => undefined);
  const frame = createH4Framer();
  socket.on('data', (chunk) => {
    const packets = frame(chunk);
    for (const packet of packets.ok ? packets.value : []) {
      const event = decodeEvent(packet);
      if (event?.kind !== 'advertising-reports') continue;
      reports.push(...event.reports.map((report) => ({ ...report, data: report.data.slice(), at: performance.now() })));
    }
  });
  socket.write(leSetScanParameters({ active: true, intervalUnits: 16, windowUnits: 16 }));
  socket.write(leSetScanEnable({ enabled: true, filterDuplicates: false }));
  return reports;
}

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 25_000, interval: 50 });
const logged = (message: string) => log.split('\n').filter((line) => line.includes(`"msg":"${message}"`));

/** Adverts by what they are: `line 4e`, `secure 4e`, `node`, `region`; anything else by its bytes. */
function nameOf({ data }: AdvertisingReport): string {
  const text = toHex(data);
  if (text === NODE_BEACON) return 'node';
  if (text === LINE_REGION) return 'region';
  const frame = decodeFrame(data, { isSecureHwid: (hwid) => hwid === HWID });
  if (!frame.ok) return text;
  if (frame.value.kind === 'line-secure-beacon') return `secure ${frame.value.hwid.slice(-2)}`;
  return frame.value.kind === 'line-simple-beacon' ? `line ${frame.value.hwid.slice(-2)}` : text;
}

function shares(reports: readonly AdvertisingReport[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const report of reports) counts.set(nameOf(report), (counts.get(nameOf(report)) ?? 0) + 1);
  return Object.fromEntries([...counts].map(([name, count]) => [name, count / reports.length]));
}

/** Adverts heard after the node said it was on air. */
async function hear(count: number): Promise<Heard[]> {
  const heard = listen();
  await eventually(() => expect(logged('on air')).not.toEqual([]));
  const from = heard.length;
  await eventually(() => expect(heard.length - from).toBeGreaterThanOrEqual(count));
  return heard.slice(from, from + count);
}

function told(nodeId = 'door') {
  const db = openDatabase(databasePath(path(nodeId)));
  const read = createRadioSnapshots(db).read();
  db.close();
  return read;
}

/** The radio address of each node, by its id. */
async function addresses(): Promise<Map<string, string>> {
  const reply = await airControl(path('air.ctl'), { stats: true });
  const controllers = reply.ok ? reply.controllers : expect.fail(reply.reject.detail);
  return new Map(controllers.map(({ label = '', address }) => [label, address]));
}

/** Units a node asked its controller for, as the trace has them. The air numbers adapters like their addresses. */
function askedIntervals(address: string): Set<number> {
  const records = decodeBtsnoop(readFileSync(path('trace')));
  const its = (records.ok ? records.value : []).filter(
    ({ adapter }) => adapter === Number.parseInt(address.slice(-2), 16),
  );
  const commands = its.flatMap(({ packet }) => decodeCommand(packet) ?? []);
  const ours = commands.filter(({ opcode, params }) => opcode === OPCODE.leSetAdvertisingParameters && params[4] === 3);
  return new Set(ours.map(({ params }) => (params[0] ?? 0) + 256 * (params[1] ?? 0)));
}

describe('a profile on the virtual air', () => {
  it('sends its frames in their shares, at its interval, with messages the cloud believes', async () => {
    const street = [
      { node: 'a', profile: [], expected: { 'line 4e': 1 / 2, node: 1 / 2 }, intervalMs: 152.5 },
      { node: 'b', profile: ['line-simple'], expected: { 'line 4e': 1 }, intervalMs: 152.5 },
      { node: 'c', profile: ['ibeacon'], expected: { node: 1 }, intervalMs: 100 },
      { node: 'd', profile: ['line-secure'], expected: { 'secure 4e': 1 / 2, region: 1 / 2 }, intervalMs: 152.5 },
      {
        node: 'e',
        profile: ['mixed'],
        expected: { 'line 4e': 2 / 9, 'line 4f': 2 / 9, 'line 50': 2 / 9, node: 3 / 9 },
        intervalMs: 152.5,
      },
    ];
    const heard = listen();
    for (const { node, profile } of street) startNode(profile, node);
    await eventually(() => expect(logged('on air')).toHaveLength(street.length));
    const from = heard.length;
    const addressOf = await addresses();
    const heardOf = (node: string) => heard.slice(from).filter(({ address }) => address === addressOf.get(node));
    // Two rounds of the longest cycle: nine slices of about three adverts.
    await eventually(() => expect(heardOf('e').length).toBeGreaterThanOrEqual(56));

    for (const { node, profile, expected, intervalMs } of street) {
      const reports = heardOf(node);
      const share = shares(reports);
      expect(Object.keys(share).toSorted()).toEqual(Object.keys(expected).toSorted());
      for (const [name, wanted] of Object.entries(expected)) {
        expect(Math.abs((share[name] ?? 0) - wanted), `${node}: ${name}`).toBeLessThan(0.1);
      }
      expect(new Set(reports.map(({ pduType }) => pduType))).toEqual(new Set([3]));
      expect(askedIntervals(addressOf.get(node) ?? '')).toEqual(new Set([intervalMs / 0.625]));
      const meanMs = ((reports.at(-1)?.at ?? 0) - (reports[0]?.at ?? 0)) / (reports.length - 1);
      expect(meanMs).toBeGreaterThan(intervalMs - 5);
      expect(meanMs).toBeLessThan(intervalMs + 30);
      expect(told(node)).toMatchObject({ profile: profile[0] ?? 'line-and-ibeacon', onAir: {} });
      for (const { data } of reports) {
        const frame = decodeFrame(data, { isSecureHwid: () => node === 'd' });
        if (!frame.ok || frame.value.kind !== 'line-simple-beacon') continue;
        const { hwid, dm } = frame.value;
        const verdict = verifyDm({ dm, hwid, at: epochMs(Date.now()), slotSeconds: 300, keyOf });
        expect(verdict).toMatchObject({ verdict: 'signed', nodeIndex: 7 });
      }
    }
    expect(told('c')?.onAir).toEqual({ dmMode: 'none', sinceMs: expect.any(Number) });
    expect(told('d')?.onAir).toMatchObject({ hwid: HWID, dmMode: 'line-secure' });
    expect(told('a')?.hears).toMatchObject([{ hwid: HWID }]);
  });

  it('counts the secure frame on over a crash and a stop', async () => {
    const stepsHeard = async (): Promise<bigint[]> => {
      log = '';
      const node = startNode(['line-secure']);
      const heard = await hear(8);
      await end(node, stepsEnd);
      return heard.flatMap(({ data }) => {
        const frame = decodeFrame(data, { isSecureHwid: () => true });
        if (!frame.ok || frame.value.kind !== 'line-secure-beacon') return [];
        const timestamp = BigInt(frame.value.timestampLow16);
        const keys = { vendorKey: Buffer.from(SECURE.vendorKey, 'hex'), lotKey: Buffer.from(SECURE.lotKey, 'hex') };
        expect(toHex(data)).toBe(toHex(encodeLineSecure({ hwid: HWID, timestamp, ...keys, battery: 0 })));
        return [timestamp];
      });
    };
    let stepsEnd: NodeJS.Signals = 'SIGKILL';
    const first = await stepsHeard();
    expect(first[0]).toBe(0n);
    stepsEnd = 'SIGTERM';
    const second = await stepsHeard();
    expect(second[0]).toBe(4n);
    const third = await stepsHeard();
    expect(third[0]).toBe((second.at(-1) ?? 0n) + 1n);
  });

  it('sends the node index alone where a profile says so', async () => {
    writeFileSync(path('fixed.yaml'), 'v: 1\nframes: [{ frame: line-simple }]\ndeviceMessage: fixed\n');
    startNode([path('fixed.yaml')]);
    const heard = await hear(4);
    for (const { data } of heard) expect(toHex(data)).toMatch(/7f200007$/);
    expect(told()).toMatchObject({ onAir: { dmMode: 'fixed', dm: '200007' } });
  });
}, 60_000);

describe('silence by plan', () => {
  /** An hour of the day that is not near now, on the clock of UTC. */
  const closedNow = (): string => {
    const from = (new Date().getUTCHours() + 6) % 24;
    const text = (hour: number) => `${String(hour % 24).padStart(2, '0')}:00`;
    return `v: 1\nframes: [{ frame: line-simple }]\nhours: { timeZone: UTC, open: [{ hours: ${text(from)}-${text(from + 1)} }] }\n`;
  };

  it('sends nothing outside the hours, says until when, and still listens', async () => {
    writeFileSync(path('closed.yaml'), closedNow());
    const heard = listen();
    startNode([path('closed.yaml')]);
    await eventually(() => expect(logged('silent by plan')).toHaveLength(1));
    // A second node proves that the air carries adverts meanwhile, and that the silent one hears them.
    startNode(['line-simple'], 'window');
    await eventually(() => expect(heard.length).toBeGreaterThan(20));
    await eventually(() => expect(told()?.hears).toMatchObject([{ hwid: HWID }]));
    expect(new Set(heard.map(({ address }) => address))).toHaveLength(1);
    const snapshot = told();
    expect(snapshot).toMatchObject({ state: 'on', silentUntilMs: expect.any(Number) });
    expect(snapshot).not.toHaveProperty('onAir');
    expect((snapshot?.silentUntilMs ?? 0) % 3_600_000).toBe(0);
    expect(logged('not on air')).toEqual([]);
  });
}, 60_000);

describe('a profile that cannot be', () => {
  it.each([
    [['no-such'], 'there are: '],
    [['line-secure'], 'vendor key'],
  ])('%j ends the node with what to do', async (profile, says) => {
    const node = startNode(profile, 'door', { lineSecure: undefined });
    const code = await new Promise((resolve) => node.once('exit', resolve));
    expect(code).toBe(78);
    expect(log).toContain(says);
  });
});
