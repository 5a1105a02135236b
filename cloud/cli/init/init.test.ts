import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../app.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { readSettings } from '../../settings.ts';
import { pharos, type Ran } from '../capture.fixture.ts';
import { TEMPLATES } from './templates.ts';

/** A folder from nothing, as far as the real server. */
const root = mkdtempSync(join(tmpdir(), 'pharos-init-'));
const CHANNEL = {
  channelId: '1234567890',
  secret: '0123456789abcdef0123456789abcdef',
  accessToken: 'token-of-the-test',
  botUserId: `U${'b'.repeat(32)}`,
  displayName: 'Tea',
};
const shop = join(root, 'shop');
let cloud: Cloud;
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ channel: CHANNEL });
  cloud = await startCloud(
    readSettings({
      PHAROS_DATA_DIR: join(root, 'data'),
      PHAROS_HTTP_PORT: '0',
      PHAROS_MQTT_PORT: '0',
      PHAROS_LINE_CHANNEL_SECRET: CHANNEL.secret,
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: CHANNEL.accessToken,
      PHAROS_LINE_API_BASE: sandbox.url,
      PHAROS_LOG_LEVEL: 'silent',
    }),
  );
});
afterAll(async () => {
  await cloud.stop();
  await sandbox.close();
  rmSync(root, { recursive: true, force: true });
});

const run = (...argv: readonly string[]): Promise<Ran> =>
  pharos(argv, { PHAROS_SERVER: cloud.httpUrl, PHAROS_TOKEN: cloud.adminToken });

describe('pharos init', () => {
  it('writes what is clean, and what a fresh server takes', async () => {
    expect(await run('init', shop)).toMatchObject({
      code: 0,
      out: expect.stringContaining('campaigns/win-back.yaml\n'),
    });
    expect(await run('validate', shop, '--strict')).toMatchObject({ code: 0, talk: '' });
    const applied = await run('apply', shop, '--json');
    expect(applied.talk).toBe('');
    const { applied: rows } = JSON.parse(applied.out) as { applied: { kind: string; id: string; action: string }[] };
    expect(
      rows
        .filter(({ kind }) => kind === 'Campaign')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(Object.keys(TEMPLATES).sort());
    expect(rows.filter(({ kind }) => kind === 'Store').length).toBe(2);
    expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Node', 'Segment']));
    const again = JSON.parse((await run('apply', shop, '--json')).out) as { applied: { action: string }[] };
    expect(new Set(again.applied.map(({ action }) => action))).toEqual(new Set(['unchanged']));
  });

  it('says what is there already and leaves it', async () => {
    writeFileSync(join(shop, 'stores.yaml'), '# mine\n');
    rmSync(join(shop, 'README.md'));
    const again = await run('init', shop);
    expect(again).toMatchObject({ code: 5, out: '', talk: expect.stringContaining('stores.yaml') });
    expect(readFileSync(join(shop, 'stores.yaml'), 'utf8')).toBe('# mine\n');
    expect(existsSync(join(shop, 'README.md'))).toBe(false);
  });

  it('with --force writes its own files over and no other', async () => {
    const foreign = join(shop, 'campaigns', 'mine.yaml');
    writeFileSync(foreign, '# mine\n');
    expect(await run('init', shop, '--force')).toMatchObject({ code: 0 });
    expect(readFileSync(foreign, 'utf8')).toBe('# mine\n');
    expect(readFileSync(join(shop, 'stores.yaml'), 'utf8')).toContain('kind: Store');
    rmSync(foreign);
  });
});

describe('pharos campaign new', () => {
  it.each(Object.keys(TEMPLATES))('writes %s with its messages, ready to be checked', async (template) => {
    const folder = mkdtempSync(join(root, 'new-'));
    const stores = template === 'food-court-sample' ? ['--redeem-at', 'taipei-2'] : [];
    const made = await run(
      'campaign',
      'new',
      'mine',
      '--template',
      template,
      '--store',
      'taipei-1',
      ...stores,
      '--folder',
      folder,
    );
    expect(made).toMatchObject({ code: 0, talk: '' });
    expect(readdirSync(join(folder, 'campaigns'))).toContain('mine.yaml');
    expect(readFileSync(join(folder, 'campaigns', 'mine.yaml'), 'utf8')).toMatch(/^# yaml-language-server: \$schema=/);
    expect(await run('validate', folder, '--strict')).toMatchObject({ code: 0, talk: '' });
    const twice = await run('campaign', 'new', 'mine', '--template', template, '--folder', folder);
    expect(twice).toMatchObject({ code: 5, out: '', talk: expect.stringContaining('mine.yaml') });
  });

  it.each([
    [['x', '--template', 'win-bak'], 'did you mean "win-back"?'],
    [['X y', '--template', 'win-back'], '<id>'],
    [['x', '--template', 'win-back', '--store', 'taipei-*'], '--store'],
  ])('refuses %j', async (argv, says) => {
    expect(await run('campaign', 'new', ...argv, '--folder', root)).toMatchObject({
      code: 2,
      out: '',
      talk: expect.stringContaining(says),
    });
  });
});
