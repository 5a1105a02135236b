import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toHex } from '../protocol/bytes.ts';
import { verifyDm } from '../protocol/device-message.ts';
import { decodeFrame } from '../protocol/frames/frame.ts';
import { encodeIBeacon } from '../protocol/frames/ibeacon.ts';
import { decodeBtsnoop } from '../protocol/hci/btsnoop.ts';
import { decodeCommand, leSetScanEnable, leSetScanParameters, OPCODE } from '../protocol/hci/commands.ts';
import { type AdvertisingReport, decodeEvent } from '../protocol/hci/events.ts';
import { createH4Framer } from '../protocol/hci/h4.ts';
import { Hwid, ProximityUuid } from '../protocol/ids.ts';
import { type AirMessageInput, AirReply } from '../protocol/lab/air-control.ts';
import { sampleBundle } from '../protocol/lab/sample-bundle.ts';
import { epochMs, measuredPowerDbm } from '../protocol/units.ts';
import { databasePath } from './run-daemon.ts';
import { bundlePath } from './store/bundle-file.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox } from './store/outbox.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';

// The real daemon with real noble and bleno, on emulated controllers. What a kernel adds is for the kernel lab.

const ROOT = join(import.meta.dirname, '..');
const KEY = 'ab'.repeat(32);
const HWID = Hwid.parse('0a1b2c3d4e');
const TAGS = ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e');
const BUNDLE = sampleBundle({ hwid: HWID, dmKey: KEY, tagNamespaces: [TAGS] });
const LABEL = 'node-under-test';

let folder: string;
let children: ChildProcess[];
let log: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-air-'));
  children = [];
  log = '';
  const air = start(['scripts/lab/virtual-air.ts', '--unix', path('air.sock'), '--ctl', path('air.ctl')]);
  const ready = Promise.withResolvers<void>();
  air.stdout?.once('data', () => ready.resolve());
  await ready.promise;
});
afterEach(async () => {
  await Promise.all(children.map((child) => end(child, 'SIGKILL')));
  rmSync(folder, { recursive: true });
});

const path = (name: string): string => join(folder, name);
const dataDir = (): string => path('data');

function start(args: readonly string[]): ChildProcess {
  const env = {
    ...process.env,
    PHAROS_AIR_SOCKET: path('air.sock'),
    PHAROS_AIR_LABEL: LABEL,
    // Long enough for a busy machine on which the air itself stalls for a second.
    PHAROS_EXIT_AFTER_MS: '4000',
    PHAROS_CLOCK: 'synced',
  };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  children.push(child);
  return child;
}

function startRadio(): ChildProcess {
  mkdirSync(dataDir(), { recursive: true });
  writeFileSync(bundlePath(dataDir()), JSON.stringify(BUNDLE));
  return start(['--import', './scripts/lab/preload.ts', 'edge/cli.ts', 'radio', '--data-dir', dataDir()]);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = Promise.withResolvers<number | null>();
  child.once('exit', (code) => ended.resolve(code));
  child.kill(signal);
  return ended.promise;
}

/** One message to the air's control socket, and its reply. */
async function control(message: AirMessageInput): Promise<AirReply> {
  const socket = createConnection(path('air.ctl'));
  socket.write(`${JSON.stringify(message)}\n`);
  const reply = Promise.withResolvers<AirReply>();
  createInterface({ input: socket }).once('line', (line) => reply.resolve(AirReply.parse(JSON.parse(line))));
  const parsed = await reply.promise;
  socket.destroy();
  return parsed;
}

async function nodeController() {
  const stats = await control({ stats: true });
  if (!stats.ok) throw new Error(stats.reject.detail);
  return stats.controllers.find((controller) => controller.label === LABEL);
}

/** A bare controller that listens: a phone as far as the air is concerned. */
function listen(): AdvertisingReport[] {
  const reports: AdvertisingReport[] = [];
  const socket = createConnection(path('air.sock'));
  socket.on('error', () => undefined);
  const frame = createH4Framer();
  socket.on('data', (chunk) => {
    const packets = frame(chunk);
    for (const packet of packets.ok ? packets.value : []) {
      const event = decodeEvent(packet);
      if (event?.kind === 'advertising-reports') reports.push(...event.reports);
    }
  });
  socket.write(leSetScanParameters({ active: true, intervalUnits: 16, windowUnits: 16 }));
  socket.write(leSetScanEnable({ enabled: true, filterDuplicates: false }));
  return reports;
}

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 12_000, interval: 50 });
const logged = (message: string) => log.split('\n').filter((line) => line.includes(`"msg":"${message}"`));
const kindsOf = (reports: readonly AdvertisingReport[]) =>
  reports.map(({ data }) => {
    const decoded = decodeFrame(data);
    return decoded.ok ? decoded.value.kind : decoded.reject.code;
  });

/** Tags without a host; each call replaces the ones before. */
function crowd(uuid: ProximityUuid, count: number): Promise<AirReply> {
  const tag = { uuid, major: 3, minor: 42, measuredPower: measuredPowerDbm(-59) };
  return control({ phantoms: { count, intervalMs: 200, payload: toHex(encodeIBeacon(tag)), rssi: -60 } });
}

function snapshot() {
  const db = openDatabase(databasePath(dataDir()));
  const read = createRadioSnapshots(db).read();
  db.close();
  return read;
}

function events() {
  const db = openDatabase(databasePath(dataDir()));
  const rows = createOutbox(db, { maxBytes: 1e9 }).waiting(100);
  db.close();
  return rows.map(({ event }) => event);
}

describe('the radio on the virtual air', () => {
  it('alternates both frames, non-connectable, with a message the cloud believes', async () => {
    const heard = listen();
    startRadio();
    await eventually(() => expect(logged('on air')).toHaveLength(1));
    const from = heard.length;
    await eventually(() => expect(heard.length - from).toBeGreaterThan(25));
    const kinds = kindsOf(heard.slice(from));
    const share = kinds.filter((kind) => kind === 'line-simple-beacon').length / kinds.length;
    expect(new Set(kinds)).toEqual(new Set(['line-simple-beacon', 'ibeacon']));
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.75);
    expect(new Set(heard.map((report) => report.pduType))).toEqual(new Set([3]));

    const dm = JSON.parse(logged('on air')[0] ?? '{}')['dm'];
    const at = epochMs(Date.now());
    const keyOf = () => Uint8Array.from(Buffer.from(KEY, 'hex'));
    expect(verifyDm({ dm, hwid: HWID, at, slotSeconds: 300, keyOf })).toMatchObject({
      verdict: 'signed',
      nodeIndex: 7,
    });
    expect(kindsOf(heard)).not.toContain('not-a-beacon');
  });

  it('a registered tag enters and leaves; strangers leave no trace', async () => {
    startRadio();
    await eventually(async () => expect(await nodeController()).toMatchObject({ scanning: true }));
    await crowd(BUNDLE.ibeacon.uuid, 5);
    await crowd(TAGS, 1);
    await eventually(() => expect(events()).toMatchObject([{ type: 'enter', subject: { uuid: TAGS, minor: 42 } }]));
    await crowd(TAGS, 0);
    await eventually(() => expect(events().map(({ type }) => type)).toEqual(['enter', 'exit']));
    expect(events()[0]).toMatchObject({ clock: 'synced', subject: { kind: 'ibeacon', major: 3 } });
    expect(log).not.toMatch(/([0-9a-f]{2}:){5}[0-9a-f]{2}/i);
  });

  it('comes back on air and scans again after the adapter was gone', async () => {
    const air = children[0];
    startRadio();
    await eventually(() => expect(logged('on air')).toHaveLength(1));
    if (air !== undefined) await end(air, 'SIGTERM');
    await eventually(() => expect(logged('off air')).toHaveLength(1));
    start(['scripts/lab/virtual-air.ts', '--unix', path('air.sock'), '--ctl', path('air.ctl')]);
    await eventually(() => expect(logged('on air')).toHaveLength(2));
    const heard = listen();
    await eventually(() => expect(new Set(kindsOf(heard))).toEqual(new Set(['line-simple-beacon', 'ibeacon'])));
    expect(await nodeController()).toMatchObject({ advertising: true, scanning: true });
    expect(heard.map((report) => report.pduType)).not.toContain(0);
    await crowd(TAGS, 1);
    await eventually(() => expect(events()).toMatchObject([{ type: 'enter' }]));
  });

  it('notices a controller that answers no more, and recovers with it', async () => {
    startRadio();
    await eventually(() => expect(logged('on air')).toHaveLength(1));
    await control({ hang: LABEL });
    await eventually(() => expect(logged('off air')[0]).toContain('no answer'));
    await control({ unhang: LABEL });
    await eventually(() => expect(logged('on air')).toHaveLength(2));
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('falls silent on %s before it exits', async (signal) => {
    const trace = path('trace');
    const air = children[0];
    if (air !== undefined) await end(air, 'SIGTERM');
    const traced = start([
      'scripts/lab/virtual-air.ts',
      '--unix',
      path('air.sock'),
      '--ctl',
      path('air.ctl'),
      '--trace',
      trace,
    ]);
    const radio = startRadio();
    await eventually(() => expect(logged('on air')).toHaveLength(1));
    const askedAt = performance.now();
    expect(await end(radio, signal)).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(2_000);
    expect(snapshot()).toMatchObject({ state: 'off' });
    expect(snapshot()).not.toHaveProperty('onAir');
    await end(traced, 'SIGTERM');
    const records = decodeBtsnoop(readFileSync(trace));
    const packets = records.ok ? records.value.map(({ packet }) => packet) : [];
    const lastEnable = packets.findLastIndex((packet) => decodeCommand(packet)?.opcode === OPCODE.leSetAdvertiseEnable);
    expect(decodeCommand(packets[lastEnable] ?? new Uint8Array(0))?.params).toEqual(Uint8Array.of(0));
  });
}, 40_000);
