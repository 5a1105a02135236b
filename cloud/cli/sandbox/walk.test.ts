import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedDm } from '../../../protocol/device-message.ts';
import { type Cloud, startCloud } from '../../app.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { readSettings } from '../../settings.ts';
import { pharos, type Ran } from '../capture.fixture.ts';
import { CAMPAIGN_YAML, folderOf, STORE_YAML, TEMPLATE } from '../manifest/campaign.fixture.ts';

/** The whole way by commands: files → server; a walker on the virtual air → coupon → why. */
const HWID = '0a1b2c3d4e';
const CHANNEL = {
  channelId: '1234567890',
  secret: '0123456789abcdef0123456789abcdef',
  accessToken: 'token-of-the-test',
  botUserId: `U${'b'.repeat(32)}`,
  displayName: 'Tea',
};
const folder = folderOf({
  'shop/store.yaml': STORE_YAML,
  // No dates and hours: the test runs whenever it runs.
  'shop/spring.yaml': CAMPAIGN_YAML.replace(/ {2}active: .*\n/, '').replace(
    /trigger: (\{.*\})\n/,
    'home: taipei-1\n  trigger:\n    - $1\n    - { on: keyword, phrases: [夏日冰品] }\n',
  ),
  'shop/messages/spring-tea.liquid.json': TEMPLATE,
});
let air: ChildProcess;
let sandbox: Sandbox;
let cloud: Cloud;

const run = (...argv: readonly string[]): Promise<Ran> =>
  pharos(argv, {
    PHAROS_SERVER: cloud.httpUrl,
    PHAROS_DATA_DIR: join(folder.path, 'data'),
    PHAROS_SANDBOX_URL: sandbox.url,
  });
const json = async <T>(...argv: readonly string[]): Promise<T> => JSON.parse((await run(...argv, '--json')).out) as T;

beforeAll(async () => {
  const airSocket = join(folder.path, 'air.sock');
  const airControl = join(folder.path, 'air.ctl');
  air = spawn(process.execPath, ['scripts/lab/virtual-air.ts', '--unix', airSocket, '--ctl', airControl]);
  if (air.stdout === null) throw new Error('the air has no stdout');
  await once(air.stdout, 'data');
  sandbox = await startSandbox({ channel: CHANNEL, airSocket, airControl });
  cloud = await startCloud(
    readSettings({
      PHAROS_DATA_DIR: join(folder.path, 'data'),
      PHAROS_HTTP_PORT: '0',
      PHAROS_MQTT_PORT: '0',
      PHAROS_LINE_CHANNEL_SECRET: CHANNEL.secret,
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: CHANNEL.accessToken,
      PHAROS_LINE_API_BASE: sandbox.url,
      PHAROS_LOG_LEVEL: 'silent',
    }),
  );
  await fetch(`${sandbox.url}/sandbox/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ webhookUrl: `${cloud.httpUrl}/line/webhook`, hwids: [HWID] }),
  });
  await run('apply', join(folder.path, 'shop'));
  await run('node', 'add', 'door', '--store', 'taipei-1', '--hwid', HWID, '--out', join(folder.path, 'door.json'));
});
afterAll(async () => {
  await cloud.stop();
  await sandbox.close();
  air.kill();
  folder[Symbol.dispose]();
});

describe('a walk past a beacon', () => {
  it('brings a coupon that can be shown and explained, and a second walk brings the reason why not', async () => {
    const frame = (await run('frame', 'encode', 'line-simple', '--hwid', HWID, '--dm', fixedDm(1))).out.trim();
    const walk = await run('sandbox', 'walk', '--replay', frame, '--speed', '4');
    expect(walk).toMatchObject({ code: 0 });
    expect(walk.out).toMatch(
      /^the phone heard HWID 0a1b2c3d4e, device message 200001 .*reported it as \S+ \(first_contact\)/,
    );
    expect(walk.out).toMatch(/\nLINE \(reply\):\n {2}8 折: (\w{4}-){2}\w{4}\n$/);
    const [userId = ''] = /U[0-9a-f]{32}/.exec(walk.talk) ?? [];

    const { members } = await json<{ members: { id: string }[] }>('member', 'find', '--line-user', userId);
    const member = members[0]?.id ?? '';
    expect((await run('member', 'list')).out).toContain(member);

    const heard = / as (\S+) \(/.exec(walk.out)?.[1] ?? '';
    const story = await run('explain', heard);
    expect(story.out).toContain(`member ${member}`);
    expect(story.out).toContain('Campaign spring-tea v1: granted.');
    expect(story.out).toContain('LINE took the message');
    const chinese = await run('explain', heard, '--lang', 'zh-TW');
    expect(chinese.out).toContain('活動 spring-tea v1：已發放。');

    const coupon = /cpn_\w+/.exec(story.out)?.[0] ?? '';
    const shown = await run('coupon', 'show', coupon);
    const code = /code +(\S+)/.exec(shown.out)?.[1] ?? '';
    expect(walk.out).toContain(code);
    expect((await run('explain', code)).out).toBe(story.out);

    const again = await json<{ verdict: string; chat: unknown[] }>('sandbox', 'walk', '--user', userId, '--speed', '4');
    expect(again).toMatchObject({ verdict: 'nothing_heard', chat: [] });
    const chat = await run('sandbox', 'chat', userId);
    expect(chat.out.match(/LINE \(reply\):/g)).toHaveLength(1);

    const phrase = await run('sandbox', 'say', userId, '夏日、冰品！');
    expect(phrase.out).toBe(walk.out.slice(walk.out.indexOf('LINE (reply):')));
    const asked = /why: pharos explain (\S+)/.exec(phrase.talk)?.[1] ?? '';
    expect((await run('explain', asked)).out).toContain('spring-tea v1: the coupon the member holds was shown again.');
    const unheard = await run('sandbox', 'say', userId, 'hello', '--wait', '0');
    expect(unheard).toMatchObject({ code: 0, out: '', talk: expect.stringContaining('no message came') });

    const events = await run('events', '--member', member);
    expect(events.out).toMatch(/^EVENT .*\n(.*\n)*evt_\w+ .* line +beacon +taipei-1 +door +mem_\w+ +fixed +done\n/);
  });

  it('is made by somebody who may have a tag of their own, tied once', async () => {
    const { members } = await json<{ members: { id: string }[] }>('member', 'list');
    const link = ['member', 'link', members[0]?.id ?? '', '--wording', '我同意', '--tag'];
    const tag = 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38/1/2';
    expect(await run(...link, tag)).toMatchObject({ code: 0, out: expect.stringMatching(/ linked\n$/) });
    expect(await run(...link, tag)).toMatchObject({ code: 0, out: expect.stringMatching(/ unchanged\n$/) });
    expect(await run(...link, 'd0d2ce24/1/2')).toMatchObject({ code: 2, out: '' });
  });

  it('as a stranger brings nothing, and says so', async () => {
    const walk = await run('sandbox', 'walk', '--stranger', '--os', 'ios', '--speed', '20');
    expect(walk).toMatchObject({ code: 0, out: expect.stringContaining('heard no LINE beacon (nothing_heard)') });
    expect(walk.talk).toContain('no message came');
  });
});

describe('the sandbox', () => {
  it('is found by the file that the demo leaves', async () => {
    writeFileSync(join(folder.path, 'sandbox-url'), `${sandbox.url}\n`);
    const ran = await pharos(['sandbox', 'chat', `U${'0'.repeat(32)}`], { PHAROS_DATA_DIR: folder.path });
    expect(ran).toMatchObject({ code: 3, out: '', talk: expect.stringContaining('nobody has this id') });
  });

  it('plants faults and tells what happened', async () => {
    expect(await run('sandbox', 'fault', 'api', 'error_500', '--times', '2', '--endpoint', 'bot_info')).toMatchObject({
      code: 0,
      out: 'api error_500, at bot_info, 2 more\n',
    });
    await run('sandbox', 'fault', 'api', 'slow', '--delay', '2.5', '--probability', '0.3');
    expect((await run('sandbox', 'fault')).out).toBe(
      'api error_500, at bot_info, 2 more\napi slow, 2.5 s late, chance 0.3, until cleared\n',
    );
    expect((await run('sandbox', 'fault', 'away', 'timeout', '--for', '0.001')).out).toContain(
      'away (timeout), for 0.001 s\n',
    );
    expect(await run('sandbox', 'fault', 'clear')).toMatchObject({ code: 0, out: '' });
    expect((await run('sandbox', 'log', '--endpoint', 'reply')).out).toMatch(/reply 200 → 1\n/);
  });

  it.each([
    [['--user', 'U1', '--stranger'], '--user'],
    [['--card', '1/2'], '--card'],
    [['--replay', 'xyz'], '--replay'],
    [['--from', '-3'], '--from'],
  ])('is not asked for what makes no sense: %j', async (argv, option) => {
    expect(await run('sandbox', 'walk', ...argv)).toMatchObject({
      code: 2,
      out: '',
      talk: expect.stringContaining(option),
    });
  });
});
