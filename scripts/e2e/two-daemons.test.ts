import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, until } from '../demo/api.ts';
import { NODE_ID, startWorld, type World } from '../demo/world.ts';
import { airControl } from '../lab/air/client.ts';
import { labOptions } from './lab-options.fixture.ts';

/** Radio and uplink as two processes that share nothing but their files, as an installed node runs them. */

const DOOR = 'shop-door';
const UUID = 'f7826da6-4fa2-4e98-8024-bc5b71e0893e';
const PATIENCE_MS = 12_000;
const dist = join(import.meta.dirname, '../../dist');

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly ear: string;
}
interface Told {
  readonly reported?: { readonly version: number; readonly state: string; readonly reason?: { readonly code: string } };
  readonly health?: {
    readonly radio: { readonly state: string; readonly profile?: string; readonly onAir?: unknown };
    readonly outbox: { readonly waiting: number; readonly mode: string };
  };
}

let world: World;
let dataDir: string;
const deaths: string[] = [];

function built(file: string, args: readonly string[], env: Record<string, string>) {
  const ran = spawnSync(process.execPath, [join(dist, file), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}
const pharos = (...args: readonly string[]) =>
  built('cloud/cli/main.js', ['node', ...args], { PHAROS_SERVER: world.cloud.url, PHAROS_TOKEN: world.cloud.token });
const config = (...args: readonly string[]) => pharos('config', NODE_ID, ...args);
const command = (...args: readonly string[]): { state: string; data?: Record<string, unknown> } =>
  JSON.parse(pharos('command', NODE_ID, ...args, '--wait', '12', '--json').stdout || '{}');

const nodeFolder = (): string => join(dataDir, 'edge');
const nodeSettings = () => ({ PHAROS_DATA_DIR: nodeFolder(), PHAROS_RUNTIME_DIR: join(dataDir, 'memory') });
const edge = (...args: readonly string[]) =>
  JSON.parse(built('edge/cli.js', [...args, '--json'], nodeSettings()).stdout);
/** What the doctor has to say of each thing. */
function findings(): (name: string) => unknown {
  const { checks } = edge('doctor') as { checks: { name: string }[] };
  return (name) => checks.find((check) => check.name === name);
}

const node = (): Promise<Told> => call(`${world.cloud.url}/v1/nodes/${NODE_ID}`, world.cloud);
const walk = (minor: number): Promise<unknown> =>
  call(`${world.sandboxUrl}/sandbox/walk`, {
    method: 'POST',
    body: { withPhone: false, card: { uuid: UUID, major: 1, minor }, approachMs: 300, pauseMs: 900, leaveMs: 100 },
  });
/** What cards have brought about since the test began: the type of each event, the latest first. */
let before: ReadonlySet<string> = new Set();
const tagEvents = async (): Promise<EventRow[]> => {
  const { events } = await call<{ events: EventRow[] }>(`${world.cloud.url}/v1/events?limit=1000`, world.cloud);
  return events.filter(({ ear, id }) => ear === 'tag' && !before.has(id));
};
const heard = async (): Promise<string[]> => (await tagEvents()).map(({ type }) => type);
const air = (message: Parameters<typeof airControl>[1]) => airControl(world.airControl ?? '', message);

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'pharos-two-'));
  world = await startWorld(labOptions(dataDir), dataDir, () => {}, {
    nodeRoles: ['radio', 'uplink'],
    onDeath: (name, how) => deaths.push(`${name}: ${how}`),
    nodeEnv: {
      PHAROS_CONFIG_TRIAL_MS: '3000',
      PHAROS_EXIT_AFTER_MS: '3000',
      PHAROS_RUNTIME_DIR: join(dataDir, 'memory'),
    },
  });
}, 60_000);

afterAll(async () => {
  await world?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const completeVisit = (): Promise<string[]> => until(heard, (types) => types.length >= 2, PATIENCE_MS);

const forgetHeard = async (): Promise<void> => {
  before = new Set([...before, ...(await tagEvents()).map(({ id }) => id)]);
};
beforeEach(forgetHeard);

describe('radio and uplink as two processes', { timeout: 30_000 }, () => {
  it('prove a configuration together, and take back what silences the radio', async () => {
    expect(config('--set', 'profile=line-simple', '--wait', '12')).toMatchObject({ status: 0 });
    await air({ hang: DOOR });
    expect(config('--set', 'profile=ibeacon', '--wait', '12')).toMatchObject({ status: 1 });
    await air({ unhang: DOOR });
    expect((await node()).reported).toMatchObject({ version: 2, state: 'rolled-back', reason: { code: 'off-air' } });
    await until(node, ({ health }) => health?.radio.onAir !== undefined, PATIENCE_MS);
    expect((await node()).health?.radio.profile).toBe('line-simple');
  });

  it('carry an event to the cloud, and each says how it is', async () => {
    await walk(10);
    expect(await completeVisit()).toEqual(['exit', 'enter']);
    expect(edge('status')).toMatchObject({
      link: { says: expect.stringContaining('connected since') },
      radio: { state: 'on', onAir: { dmMode: 'signed' } },
      outbox: { waiting: 0, mode: 'disk' },
    });
  });

  it('lose nothing when the uplink is killed: its events wait on the disk', async () => {
    await world.killNode('uplink');
    await walk(20);
    await until(
      async () => edge('status').outbox.waiting,
      (waiting) => waiting === 2,
      PATIENCE_MS,
    );
    expect(await heard()).toEqual([]);
    world.reviveNode('uplink');
    expect(await completeVisit()).toEqual(['exit', 'enter']);
  });

  it('lose nothing when the radio is killed: who was present leaves, and the cloud is told that it is down', async () => {
    const walking = walk(30);
    await until(heard, (types) => types.includes('enter'), PATIENCE_MS);
    await world.killNode('radio');
    await walking;
    await until(node, ({ health }) => health?.radio.state === 'unknown', PATIENCE_MS);
    const seen = findings();
    expect(seen('radio-daemon')).toMatchObject({ status: 'fail' });
    expect(seen('uplink-connected')).toMatchObject({ status: 'ok' });
    world.reviveNode('radio');
    expect(await completeVisit()).toEqual(['exit', 'enter']);
    await until(node, ({ health }) => health?.radio.onAir !== undefined, PATIENCE_MS);
  });

  it('go on in memory while the disk takes nothing, configuration and commands too, and come back to it', async (context) => {
    // Not the index, which is mapped: writing to it would end a process instead of failing.
    const files = readdirSync(nodeFolder()).filter((name) => /^edge\.sqlite(-wal)?$/.test(name));
    const turn = (flag: '+i' | '-i') =>
      spawnSync('chattr', [flag, ...files.map((name) => join(nodeFolder(), name))]).status === 0;
    if (!turn('+i')) context.skip('this user or file system has no immutable files');
    try {
      expect(config('--set', 'enterDbm=-66', '--wait', '12')).toMatchObject({ status: 0 });
      await walk(40);
      expect(await completeVisit()).toEqual(['exit', 'enter']);
      expect(edge('status')).toMatchObject({
        outbox: { mode: 'memory', why: expect.stringMatching(/SQLITE_/) },
        link: { says: expect.stringContaining('connected since') },
        config: { version: 3, state: 'applied' },
      });
      expect(findings()('outbox-mode')).toMatchObject({ status: 'fail' });
      expect(command('snapshot')).toMatchObject({ state: 'done', data: { health: { outbox: { mode: 'memory' } } } });
    } finally {
      turn('-i');
    }
    await until(
      async () => edge('status').outbox.mode,
      (mode) => mode === 'disk',
      PATIENCE_MS,
    );
    await forgetHeard();
    await walk(41);
    expect(await completeVisit()).toEqual(['exit', 'enter']);
    expect(edge('status').config).toMatchObject({ version: 3, state: 'applied' });
  });

  it('forget a tag when told, and the whole node when told so: neither comes back', async () => {
    const told = command('erase', '--tag', `${UUID}/1/41`, '--yes');
    expect(told).toMatchObject({ state: 'done', data: { overwritten: true } });
    expect(command('erase', '--yes')).toMatchObject({ state: 'done' });
    const left = await until(
      async () => readdirSync(nodeFolder()).filter((name) => /^(edge|node)/.test(name)),
      (files) => files.length === 0,
      PATIENCE_MS,
    );
    expect(left).toEqual([]);
    await until(
      async () => deaths.length,
      (count) => count === 2,
      PATIENCE_MS,
    );
    // Of no use to a service manager that would start them again.
    expect(deaths.toSorted()).toEqual(['radio: exit code 78', 'uplink: exit code 78']);
    expect(readdirSync(join(dataDir, 'memory'))).toEqual([]);
  });
});
