import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toHex } from '../protocol/bytes.ts';
import { encodeIBeacon } from '../protocol/frames/ibeacon.ts';
import { measuredPowerDbm } from '../protocol/units.ts';
import { airControl } from '../scripts/lab/air/client.ts';
import { BARE_BUNDLE, TAGS } from './bare-node.fixture.ts';
import { bundlePath } from './store/bundle-file.ts';

const ROOT = join(import.meta.dirname, '..');
let folder: string;
let children: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-walk-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});
const path = (name: string): string => join(folder, name);

function edge(...args: readonly string[]) {
  const env = { ...process.env, PHAROS_DATA_DIR: path('data'), PHAROS_AIR_SOCKET: path('air.sock') };
  const program = ['--import', './scripts/lab/preload.ts', 'edge/cli.ts', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd: ROOT, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Someone stands before receiver I-A for ten seconds, then is far from it for ten; O-B hears nothing. */
function table(): string {
  const rows = Array.from({ length: 200 }, (_, slot) => `${slot},${slot < 100 ? -60 : -95},-100,${slot < 100 ? 1 : 0}`);
  writeFileSync(path('table.csv'), `superframe,I-A,O-B,Label\n${rows.join('\n')}\n`);
  return path('table.csv');
}

describe('pharos-edge walk', () => {
  it('converts a receiver of a table and tells who came and left, and why', () => {
    const walk = path('a.walk.jsonl');
    expect(edge('walk', 'convert', table(), '--receiver', 'I-A', '--out', walk)).toMatchObject({
      status: 0,
      stdout: '',
    });
    const told = edge('walk', 'replay', walk, '--json');
    expect(told).toMatchObject({ status: 0, stderr: '' });
    const events = told.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { t: 500, type: 'enter', dbm: -60, reason: expect.stringContaining('-72 dBm for 500 ms') },
      { type: 'exit', reason: expect.stringContaining('below -76 dBm for 2000 ms') },
    ]);
    expect(events[1].t - 10_000).toBeGreaterThan(1_000);
    expect(events[1].t - 10_000).toBeLessThan(4_000);
    expect(edge('walk', 'replay', walk, '--speed', '100').stdout).toMatch(/^ +0\.5 s +enter .*\n +1\d\.\d s +exit /);
  });

  it.each([
    ['a file that is not there', ['walk', 'replay', 'none.jsonl'], 3, 'none.jsonl does not exist'],
    ['a speed that is none', ['walk', 'replay', 'x', '--speed', 'fast'], 2, '--speed fast'],
    ['no file', ['walk', 'replay'], 2, "missing required argument 'walk'"],
    ['a time that is none', ['walk', 'record', 'x', '--seconds', '-1'], 2, '--seconds -1'],
  ])('%s is named', (_name, args, status, says) => {
    const told = edge(...args);
    expect(told.status).toBe(status);
    expect(told.stderr).toContain(says);
  });

  it('names the line of a bad walk, the receivers of a table, and keeps an existing walk', () => {
    const walk = path('a.walk.jsonl');
    const csv = table();
    edge('walk', 'convert', csv, '--receiver', 'I-A', '--out', walk);
    expect(edge('walk', 'convert', csv, '--receiver', 'I-A', '--out', walk)).toMatchObject({ status: 5 });
    const unknown = edge('walk', 'convert', csv, '--receiver', 'I-Z', '--out', path('b'));
    expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining('I-A, O-B') });
    writeFileSync(path('long'), readFileSync(walk, 'utf8').replace('"t":200', '"t":9000000000000000'));
    expect(edge('walk', 'replay', path('long')).stderr).toContain('t: a walk lasts 24 days at most');
    writeFileSync(path('bad'), readFileSync(walk, 'utf8').replace('"t":200', '"t":"late"'));
    expect(edge('walk', 'replay', path('bad'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`${path('bad')}:4: walk-advert: `),
    });
  });

  it('records from the air what a replay then tells; strangers and addresses stay out', async () => {
    mkdirSync(path('data'));
    writeFileSync(bundlePath(path('data')), JSON.stringify(BARE_BUNDLE));
    const air = spawn(
      process.execPath,
      ['scripts/lab/virtual-air.ts', '--unix', path('air.sock'), '--ctl', path('air.ctl')],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(air);
    await new Promise((resolve) => air.stdout.once('data', resolve));
    const card = encodeIBeacon({ uuid: TAGS, major: 3, minor: 42, measuredPower: measuredPowerDbm(-59) });
    await airControl(path('air.ctl'), { phantoms: { count: 1, intervalMs: 100, payload: toHex(card), rssi: -60 } });
    writeFileSync(path('mine'), 'kept');
    expect(edge('walk', 'record', path('mine'), '--seconds', '1')).toMatchObject({
      status: 5,
      stderr: expect.stringContaining('mine exists already; remove it or choose another name'),
    });
    expect(readFileSync(path('mine'), 'utf8')).toBe('kept');
    const nowhere = edge('walk', 'record', path('no/folder'), '--seconds', '1');
    expect(nowhere).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/no\/folder cannot be written: .*ENOENT/),
    });
    const walk = path('air.walk.jsonl');
    expect(edge('walk', 'record', walk, '--seconds', '4')).toMatchObject({ status: 0 });
    const text = readFileSync(walk, 'utf8');
    expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ walk: 1, node: { id: 'door' }, namespaces: [TAGS] });
    expect(text).not.toMatch(/([0-9a-f]{2}:){5}[0-9a-f]{2}/i);
    expect(edge('walk', 'replay', walk).stdout).toContain(`enter  ${TAGS}/3/42`);
  });
}, 30_000);
