import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hex, toHex } from '../../protocol/bytes.ts';
import { decodeBtsnoop } from '../../protocol/hci/btsnoop.ts';
import type { AirMessageInput, AirReply } from '../../protocol/lab/air-control.ts';
import { airControl } from './air/client.ts';

const PAYLOAD = '02010603036ffe17166ffe0201020304057f00112233445566778899aabbcc';
const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'pharos-air-'));
const unix = join(folder, 'air.sock');
const ctl = join(folder, 'air.ctl');
const trace = join(folder, 'air.btsnoop');

interface Line {
  readonly kind?: string;
  readonly ready?: boolean;
  readonly state?: string;
  readonly pduType?: number;
  readonly address?: string;
  readonly data?: string;
  readonly rssi?: number;
}

interface Program {
  readonly lines: Line[];
  readonly noise: string[];
  readonly exited: Promise<number | null>;
  end(): Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Runs one of our programs on its source; what it prints on stdout are JSON lines. */
function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const preload = program === 'virtual-air.ts' ? [] : ['--import', join(here, 'preload.ts')];
  const child = spawn(process.execPath, [...preload, join(here, program), ...args], {
    env: { ...process.env, PHAROS_AIR_SOCKET: unix, NODE_OPTIONS: '', ...env },
  });
  running.add(child);
  const lines: Line[] = [];
  const noise: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  createInterface({ input: child.stderr }).on('line', (line) => noise.push(line));
  const exited = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  return {
    lines,
    noise,
    exited,
    end() {
      child.kill();
      return exited;
    },
  };
}

const until = (assertion: () => unknown): Promise<unknown> => vi.waitFor(assertion, { timeout: 10_000, interval: 20 });
const control = async (message: AirMessageInput): Promise<Extract<AirReply, { ok: true }>> => {
  const reply = await airControl(ctl, message);
  return reply.ok ? reply : expect.fail(reply.reject.detail);
};
const adverts = ({ lines }: Program): Line[] => lines.filter(({ kind, pduType }) => kind === 'report' && pduType !== 4);
const startAir = async (): Promise<Program> => {
  const program = start('virtual-air.ts', ['--unix', unix, '--ctl', ctl, '--trace', trace, '--seed', '3']);
  await until(() => expect(program.lines).toMatchObject([{ ready: true }]));
  return program;
};
const startPair = async (listenArgs: readonly string[] = []) => {
  const advertiser = start('advertise.fixture.cjs', [PAYLOAD], { PHAROS_AIR_LABEL: 'tag' });
  const listener = start('listen.fixture.cjs', listenArgs, { PHAROS_AIR_LABEL: 'ear' });
  await until(() => expect(adverts(listener)).not.toEqual([]));
  return { advertiser, listener };
};

let air: Program;
beforeEach(async () => {
  air = await startAir();
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what bleno sends is what noble hears, byte for byte, and nobody else talks', async () => {
  const { advertiser, listener } = await startPair();
  await until(() => expect(adverts(listener).length).toBeGreaterThan(5));
  expect(new Set(adverts(listener).map(({ data }) => data))).toEqual(new Set([PAYLOAD]));
  const { controllers } = await control({ stats: true });
  const tag = controllers.find(({ label }) => label === 'tag');
  expect(tag).toMatchObject({ advertising: true, scanning: false, address: advertiser.lines[0]?.address });
  expect(adverts(listener)[0]?.address).toBe(tag?.address);
  expect([...advertiser.noise, ...listener.noise, ...air.noise]).toEqual([]);
});

test('RSSI falls with distance; out of reach and at full loss nothing is heard', async () => {
  const { listener } = await startPair();
  const heardNow = async (): Promise<number | undefined> => {
    const before = adverts(listener).length;
    await until(() => expect(adverts(listener).length).toBeGreaterThan(before + 1));
    return adverts(listener).at(-1)?.rssi;
  };
  /** Adverts that cross the air unheard: the sender goes on, the listener's count stands still. */
  const nothingIsHeard = async (): Promise<void> => {
    const { sent, delivered } = await control({ stats: true });
    await until(async () => expect((await control({ stats: true })).sent).toBeGreaterThan(sent + 3));
    expect((await control({ stats: true })).delivered).toBe(delivered);
  };
  expect(await heardNow()).toBe(-60);
  await control({ place: { label: 'ear', x: 0, y: 0 } });
  await control({ place: { label: 'tag', x: 3, y: 4 } });
  expect(await heardNow()).toBe(-73);
  await control({ place: { label: 'tag', x: 20, y: 0 } });
  expect(await heardNow()).toBe(-85);
  await control({ place: { label: 'tag', x: 500, y: 0 } });
  await nothingIsHeard();
  await control({ place: { label: 'tag', x: 1, y: 0 } });
  await control({ link: { from: 'tag', to: 'ear', loss: 1 } });
  await nothingIsHeard();
});

test('with the duplicate filter on, an address is reported once for each PDU type', async () => {
  const { listener } = await startPair(['Infinity', 'filter']);
  const { sent } = await control({ stats: true });
  await until(async () => expect((await control({ stats: true })).sent).toBeGreaterThan(sent + 5));
  expect(listener.lines.filter(({ kind }) => kind === 'report').map(({ pduType }) => pduType)).toEqual([0, 4]);
});

test('noble and bleno in one process, loaded by import, share one controller', async () => {
  const both = start('both-roles.fixture.mjs', [PAYLOAD]);
  await until(async () =>
    expect((await control({ stats: true })).controllers).toMatchObject([{ advertising: true, scanning: true }]),
  );
  await control({ phantoms: { count: 1, intervalMs: 50, payload: '0201aa' } });
  await until(() => expect(adverts(both)[0]).toMatchObject({ data: '0201aa', rssi: -75 }));
});

test('the air goes and comes back: both libraries notice and go on', async () => {
  const { listener } = await startPair();
  expect(await air.end()).toBe(0);
  await startAir();
  await until(() =>
    expect(listener.lines.filter(({ kind }) => kind === 'state').map(({ state }) => state)).toEqual([
      'poweredOn',
      'poweredOff',
      'poweredOn',
    ]),
  );
  const before = adverts(listener).length;
  await until(() => expect(adverts(listener).length).toBeGreaterThan(before + 2));
});

test('the trace holds what both sides said', async () => {
  await startPair();
  await air.end();
  const records = decodeBtsnoop(readFileSync(trace));
  const packets = records.ok ? records.value : expect.fail(records.reject.detail);
  expect(new Set(packets.map(({ adapter }) => adapter))).toEqual(new Set([0, 1]));
  expect(packets.map(({ packet }) => toHex(packet))).toContain('01091000');
});

test('a raw host: parameters out of bounds are refused, a stream that lost its place is cut', async () => {
  const host = connect(unix);
  const chunks: Buffer[] = [];
  let isClosed = false;
  host
    .on('data', (chunk) => chunks.push(chunk))
    .on('close', () => {
      isClosed = true;
    });
  // 0x9f units are 99.4 ms; non-connectable adverts may not come faster than 100 ms.
  host.write(hex`01 06 20 0f 9f 00 9f 00 03 00 00 00 00 00 00 00 00 07 00`);
  host.write(hex`01 06 20 0f a0 00 a0 00 03 00 00 00 00 00 00 00 00 07 00`);
  await until(() => expect(toHex(Buffer.concat(chunks))).toBe('040e0401062012' + '040e0401062000'));
  host.write(hex`99`);
  await until(() => expect(isClosed).toBe(true));
});

test('misuse is one sentence and status 2', async () => {
  const wrong = start('virtual-air.ts', ['--unix', unix, '--loss', '3']);
  await until(() => expect(wrong.noise[0]).toContain('--loss is a probability'));
  expect(await wrong.exited).toBe(2);
});
