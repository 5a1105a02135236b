import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, until } from '../demo/api.ts';
import { NODE_ID, startWorld, type World } from '../demo/world.ts';
import { airControl } from '../lab/air/client.ts';
import { labOptions } from './lab-options.fixture.ts';

/** The node's controller on the virtual air. */
const DOOR = 'shop-door';
const PATIENCE_MS = 12_000;
const CARD = { uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e', major: 1, minor: 77 };

interface Told {
  readonly desired: { readonly version: number };
  readonly reported?: {
    readonly version: number;
    readonly state: string;
    readonly config: Record<string, unknown>;
    readonly pinned?: readonly string[];
    readonly reason?: { readonly code: string; readonly detail: string };
  };
  readonly health?: { readonly radio: { readonly profile?: string; readonly onAir?: unknown } };
  readonly status?: { readonly at: number };
  readonly online: boolean;
}

let world: World;
let dataDir: string;

const node = (): Promise<Told> => call(`${world.cloud.url}/v1/nodes/${NODE_ID}`, world.cloud);
const isOnAir = ({ health }: Told): boolean => health?.radio.onAir !== undefined;

/** The command as a person types it. */
function pharos(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../dist/cloud/cli/main.js'), 'node', ...args],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], PHAROS_SERVER: world.cloud.url, PHAROS_TOKEN: world.cloud.token },
    },
  );
  return { status, stdout, stderr };
}
const config = (...args: readonly string[]) => pharos('config', NODE_ID, ...args);
const command = (...args: readonly string[]) => {
  const ran = pharos('command', NODE_ID, ...args, '--wait', '12', '--json');
  return { ...ran, told: JSON.parse(ran.stdout || '{}') as { state: string; detail?: string; data?: unknown } };
};

const air = async (message: Parameters<typeof airControl>[1]): Promise<void> => {
  const reply = await airControl(world.airControl ?? '', message);
  if (!reply.ok) throw new Error(reply.reject.detail);
};

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'pharos-shadow-'));
  world = await startWorld(labOptions(dataDir), dataDir, () => {}, { nodeEnv: { PHAROS_CONFIG_TRIAL_MS: '3500' } });
}, 60_000);

afterAll(async () => {
  await world?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a node is looked after from afar', { timeout: 30_000 }, () => {
  it('takes up a level while it runs, and says what only its owner may change', async () => {
    const ran = config('--set', 'enterDbm=-66', 'healthEveryMs=5000', '--wait', '12');
    expect(ran).toMatchObject({ status: 0, stderr: expect.stringContaining('version 1, applied') });
    const { reported } = await node();
    expect(reported).toMatchObject({ version: 1, state: 'applied', pinned: ['healthEveryMs'] });
    expect(reported?.config).toMatchObject({ enterDbm: -66, healthEveryMs: 1_000, profile: 'line-and-ibeacon' });
  });

  it('changes its broadcast without a restart', async () => {
    const born = (await node()).status?.at;
    expect(config('--set', 'profile=line-simple', '--wait', '12')).toMatchObject({ status: 0 });
    const after = await until(node, ({ health }) => health?.radio.profile === 'line-simple', PATIENCE_MS);
    expect(after.status?.at).toBe(born);
    expect(isOnAir(after)).toBe(true);
  });

  it('refuses a profile it does not have, and a key nobody knows', async () => {
    const ran = config('--set', 'profile=line-simpel', '--wait', '12');
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining('did you mean "line-simple"?') });
    expect((await node()).reported).toMatchObject({
      state: 'refused',
      reason: { code: 'profile-missing' },
      config: { profile: 'line-simple' },
    });
    expect(config('--set', 'enterDBm=-60')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('did you mean "enterDbm"?'),
    });
  });

  it('takes back what silences the radio, and says why', async () => {
    await air({ hang: DOOR });
    const ran = config('--set', 'profile=ibeacon', '--wait', '12');
    await air({ unhang: DOOR });
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining('rolled-back') });
    expect((await node()).reported).toMatchObject({
      state: 'rolled-back',
      config: { profile: 'line-simple' },
      reason: { code: 'off-air', detail: expect.stringContaining('nothing was on air') },
    });
    await until(node, (told) => isOnAir(told) && told.health?.radio.profile === 'line-simple', PATIENCE_MS);
  });

  it('shows itself, tells everything, and begins anew when told, with what was good last', async () => {
    await call(`${world.sandboxUrl}/sandbox/walk`, {
      method: 'POST',
      body: { withPhone: false, card: CARD, approachMs: 500, pauseMs: 1_500, leaveMs: 300 },
    });
    expect(command('identify').told).toMatchObject({ state: 'done', detail: expect.stringMatching(/light|log/) });
    const { told } = command('snapshot');
    expect(told).toMatchObject({
      state: 'done',
      data: { config: { state: 'rolled-back', config: { enterDbm: -66 } }, health: { radio: { name: 'virtual-air' } } },
    });
    expect(JSON.stringify(told)).not.toContain(world.bundle.dmKey);
    expect(JSON.stringify(told)).not.toContain(world.bundle.mqtt.password);

    const born = (await node()).status?.at ?? 0;
    expect(command('restart').told).toMatchObject({ state: 'done' });
    // Nobody to ask while it starts: it goes by what is on its disk.
    await world.killCloud();
    await world.reviveCloud();
    const after = await until(node, ({ status }) => (status?.at ?? 0) > born, PATIENCE_MS);
    expect(after.online).toBe(true);
    const running = await until(
      node,
      (now) => isOnAir(now) && now.health?.radio.profile === 'line-simple',
      PATIENCE_MS,
    );
    expect(running.reported).toMatchObject({ state: 'rolled-back', config: { profile: 'line-simple', enterDbm: -66 } });
  });

  it('forgets a tag when told, and everything when told so', async () => {
    const tag = `${CARD.uuid}/${CARD.major}/${CARD.minor}`;
    expect(command('erase', '--tag', tag, '--yes').told).toMatchObject({
      state: 'done',
      // Present before the restart, and after it: that came from the disk.
      data: { overwritten: true, forgotten: 1, present: 0 },
    });
    const database = join(dataDir, 'edge/edge.sqlite');
    expect(readFileSync(database).includes(`"minor":${CARD.minor}`)).toBe(false);

    expect(pharos('command', NODE_ID, 'erase')).toMatchObject({ status: 2, stderr: expect.stringContaining('--yes') });
    expect(command('erase', '--yes').told).toMatchObject({ state: 'done' });
    const gone = await until(
      async () => [existsSync(database), existsSync(join(dataDir, 'edge/node.json'))],
      ([db, bundle]) => db === false && bundle === false,
      PATIENCE_MS,
    );
    expect(gone).toEqual([false, false]);
  });
});
