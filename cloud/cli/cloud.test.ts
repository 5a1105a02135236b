import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeBundle } from '../../protocol/messages/bundle.ts';
import { type Cloud, startCloud } from '../app.ts';
import { readSettings } from '../settings.ts';
import { pharos, type Ran } from './capture.fixture.ts';
import { CAMPAIGN_YAML, folderOf, STORE_YAML, TEMPLATE } from './manifest/campaign.fixture.ts';

/** The commands against the real server. */
const folder = folderOf({
  'shop/store.yaml': STORE_YAML,
  'shop/spring.yaml': CAMPAIGN_YAML,
  'shop/messages/spring-tea.liquid.json': TEMPLATE,
});
const shop = join(folder.path, 'shop');
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud(
    readSettings({
      PHAROS_DATA_DIR: join(folder.path, 'data'),
      PHAROS_HTTP_PORT: '0',
      PHAROS_MQTT_PORT: '0',
      PHAROS_LINE_CHANNEL_SECRET: 'secret',
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: 'token',
      PHAROS_LINE_API_BASE: 'http://127.0.0.1:9',
      PHAROS_LOG_LEVEL: 'silent',
    }),
  );
});
afterAll(async () => {
  await cloud.stop();
  folder[Symbol.dispose]();
});

const run = (...argv: readonly string[]): Promise<Ran> =>
  pharos(argv, { PHAROS_SERVER: cloud.httpUrl, PHAROS_TOKEN: cloud.adminToken });

describe('a shop from nothing', () => {
  it('is applied, and the second time there is nothing to do', async () => {
    const first = await run('apply', shop);
    // LINE itself is nowhere to be reached here, which is told and keeps nothing from being applied.
    expect(first).toMatchObject({ code: 0, talk: expect.stringMatching(/^(.* LINE could not be asked .*\n)?$/) });
    expect(first.out.trim().split('\n')).toEqual([
      expect.stringMatching(/^Store +taipei-1 +created$/),
      expect.stringMatching(/^Campaign +spring-tea +created +v1$/),
    ]);
    const second = await run('apply', shop, '--json');
    expect(JSON.parse(second.out)).toMatchObject({ applied: [{ action: 'unchanged' }, { action: 'unchanged' }] });
  });

  it('gets a campaign with a warning about its template all the same, and keeps it when others are taken away', async () => {
    using files = folderOf({
      'c.yaml': CAMPAIGN_YAML.replace('id: spring-tea', 'id: unseen'),
      'messages/spring-tea.liquid.json': '{ "type": "text", "text": "{{ coupon.value }}" }',
    });
    const first = await run('apply', files.path, '--owner', 'warned', '--prune');
    expect(first).toMatchObject({ code: 0, talk: expect.stringMatching(/:1:1 coupon-unseen warning: /) });
    expect(first.out).toMatch(/^Campaign +unseen +created +v1\n$/);
    expect((await run('apply', files.path, '--owner', 'warned', '--prune')).out).toMatch(
      /^Campaign +unseen +unchanged\b.*\n$/,
    );
    for (const command of ['apply', 'plan']) {
      const { findings } = JSON.parse((await run(command, files.path, '--json', '--lang', 'zh-TW')).out) as {
        findings: readonly object[];
      };
      const words = expect.stringMatching(/\p{Script=Han}/u);
      expect(findings).toEqual([expect.objectContaining({ rule: 'coupon-unseen', message: words, fix: words })]);
      expect(findings[0]).not.toHaveProperty('chinese');
    }
  });

  it('gets a node with a bundle that only its owner may read', async () => {
    const file = join(folder.path, 'door.json');
    expect(await run('node', 'add', 'door', '--store', 'taipei-1', '--out', file)).toMatchObject({ code: 3, out: '' });
    const add = ['node', 'add', 'door', '--store', 'taipei-1', '--hwid', '0A1B2C3D4E', '--zone', 'entrance'];
    const made = await run(...add, '--out', file);
    expect(made).toMatchObject({ code: 0, out: `${file}\n` });
    const bundle = NodeBundle.parse(JSON.parse(readFileSync(file, 'utf8')));
    expect(bundle).toMatchObject({ nodeId: 'door', storeId: 'taipei-1', zone: 'entrance', hwid: '0a1b2c3d4e' });
    expect(made.talk).not.toContain(bundle.dmKey);
    const users = join(folder.path, 'broker');
    const written = await run('node', 'broker-files', '--out', users);
    expect(written).toMatchObject({ code: 0, out: `${join(users, 'passwords')}\n${join(users, 'acl')}\n` });
    expect(written.talk).toMatch(/systemctl reload mosquitto/);
    expect(readFileSync(join(users, 'passwords'), 'utf8')).toMatch(/^door:\$7\$101\$\S+\n$/);
    expect(statSync(join(users, 'passwords')).mode & 0o777).toBe(0o600);
    expect(await run('node', 'broker-files', '--out', users, '--format', 'hivemq')).toMatchObject({ code: 2, out: '' });
    expect(made.talk).not.toContain(bundle.mqtt.password);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    // Neither the file nor the credentials are replaced by accident, and a failure leaves nothing behind.
    expect(await run(...add, '--out', file, '--rotate')).toMatchObject({ code: 5, out: '' });
    const other = join(folder.path, 'other.json');
    const again = await run(...add, '--out', other);
    expect(again).toMatchObject({ code: 5, out: '', talk: expect.stringContaining('--rotate') });
    expect(NodeBundle.parse(JSON.parse(readFileSync(file, 'utf8')))).toEqual(bundle);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('other'))).toEqual([]);

    writeFileSync(other, 'old', { mode: 0o644 });
    expect(await run(...add, '--out', other, '--rotate', '--force')).toMatchObject({ code: 0 });
    expect(NodeBundle.parse(JSON.parse(readFileSync(other, 'utf8'))).mqtt.password).not.toBe(bundle.mqtt.password);
    expect(statSync(other).mode & 0o777).toBe(0o600);
  });

  it('refuses a node that is registered elsewhere, and a folder that is not there, before it makes secrets', async () => {
    const out = join(folder.path, 'no', 'door.json');
    const elsewhere = await run('node', 'add', 'door', '--store', 'taipei-2', '--out', join(folder.path, 'x'));
    expect(elsewhere).toMatchObject({ code: 5, talk: expect.stringContaining('--store') });
    const nowhere = await run('node', 'add', 'new', '--store', 'taipei-1', '--hwid', '0a1b2c3d4f', '--out', out);
    expect(nowhere).toMatchObject({ code: 1, talk: expect.stringContaining('--out') });
    const { nodes } = JSON.parse((await run('node', 'list', '--json')).out) as { nodes: { id: string }[] };
    expect(nodes.map(({ id }) => id)).toEqual(['door']);
  });

  it('lists what there is', async () => {
    const nodes = await run('node', 'list');
    expect(nodes.out).toMatch(/^NODE .*\ndoor +taipei-1 +entrance +0a1b2c3d4e +1 +offline +-\n$/);
    expect(await run('member', 'list')).toMatchObject({
      code: 0,
      out: '',
      talk: expect.stringContaining('no members'),
    });
    expect(await run('events')).toMatchObject({ code: 0, out: '' });
    expect(JSON.parse((await run('events', '--json')).out)).toEqual({ events: [] });
  });

  it.each([
    ['explain', 'evt_0'],
    ['explain', 'cpn_0', '--lang', 'zh-TW'],
    ['coupon', 'show', 'cpn_0'],
    ['member', 'find', '--line-user', `U${'0'.repeat(32)}`],
    ['member', 'link', 'mem_0', '--tag', 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38/1/2', '--wording', 'I agree'],
  ])('knows nobody and nothing by another name: %s %s', async (...argv) => {
    expect(await run(...argv)).toMatchObject({ code: 3, out: '' });
  });

  it('tells a wrong token', async () => {
    const ran = await pharos(['node', 'list'], { PHAROS_SERVER: cloud.httpUrl, PHAROS_TOKEN: 'wrong' });
    expect(ran).toMatchObject({ code: 4, out: '', talk: expect.stringContaining('PHAROS_TOKEN') });
  });

  it('refuses a node in a store nobody applied', async () => {
    const ran = await run('node', 'add', 'lost', '--store', 'tainan-9', '--hwid', '0a1b2c3d40', '--out', '/tmp/never');
    expect(ran).toMatchObject({ code: 1, out: '', talk: expect.stringContaining('tainan-9') });
  });
});

describe('a node from afar', () => {
  it('is shown, configured and commanded, though it is away', async () => {
    expect(await run('node', 'show', 'door')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing is wanted'),
    });
    const set = await run('node', 'config', 'door', '--set', 'enterDbm=-64', 'footfall=off', '--json');
    expect(JSON.parse(set.out)).toEqual({
      ...{ v: 1, node: 'door', version: 1, config: { enterDbm: -64, footfall: false } },
      undo: 'pharos node config door --set enterDbm= footfall=',
    });
    const away = await run('node', 'config', 'door', '--set', 'footfall=');
    expect(away.talk).toContain('pharos node config door --set footfall=false\n');
    const wrong = await run('node', 'config', 'door', '--set', 'enterDbm=5', 'exitAfterMs=soon', 'healthEvery=1');
    expect(wrong).toMatchObject({ code: 2, out: '' });
    for (const says of ['enterDbm: ', 'exitAfterMs: ', 'did you mean "healthEveryMs"?'])
      expect(wrong.talk).toContain(says);
    expect((await run('node', 'list', '--lang', 'zh-TW')).out).toMatch(/^節點 .*\ndoor .*離線/);
    expect(away).toMatchObject({ code: 0, out: 'version 2\n', talk: expect.stringContaining('offline') });
    const shown = await run('node', 'config', 'door');
    expect(shown).toMatchObject({ code: 0, talk: expect.stringContaining('version 2, not heard of yet') });
    expect(shown.out).toMatch(/^enterDbm +-64 +-$/m);
    expect(shown.out).not.toContain('footfall');

    const waited = await run('node', 'command', 'door', 'restart', '--wait', '0.1');
    expect(waited).toMatchObject({ code: 1, talk: expect.stringContaining('has not answered') });
    const given = JSON.parse(
      (await run('node', 'command', 'door', 'identify', '--seconds', '3', '--json')).out,
    ) as object;
    expect(given).toMatchObject({ node: 'door', command: 'identify', state: 'pending' });
    expect((await run('node', 'show', 'door')).out).toMatch(/^cmd_\w+ {2}identify {2}pending/m);
  });

  it.each([
    [['config', 'nobody'], 3, 'node list'],
    [['config', 'door', '--set', 'enterDBm=-64'], 2, 'did you mean "enterDbm"?'],
    [['config', 'door', '--set', 'enterDbm'], 2, 'key=value'],
    [['config', 'door', '--file', '/nowhere.yaml'], 1, '/nowhere.yaml'],
    [['command', 'door', 'dance'], 2, 'identify, snapshot, restart, erase'],
    [['command', 'door', 'erase'], 2, '--yes'],
    [['command', 'door', 'erase', '--tag', 'x', '--yes'], 2, 'UUID/MAJOR/MINOR'],
    [['command', 'nobody', 'restart'], 3, 'nobody'],
  ])('%j ends with %i', async (argv, code, says) => {
    expect(await run('node', ...argv)).toMatchObject({ code, out: '', talk: expect.stringContaining(says) });
  });
});
