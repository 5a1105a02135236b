import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../app.ts';
import { readSettings } from '../settings.ts';
import { pharos, type Ran } from './capture.fixture.ts';
import { type Input, NO_INPUT } from './input.ts';
import { CAMPAIGN_YAML, folderOf, STORE_YAML, TEMPLATE } from './manifest/campaign.fixture.ts';

/** Several people with tokens of their own, and the life of a campaign, against the real server. */
const folder = folderOf({
  'shop/store.yaml': STORE_YAML,
  'anna/spring.yaml': CAMPAIGN_YAML,
  'anna/messages/spring-tea.liquid.json': TEMPLATE,
  'ben/spring.yaml': CAMPAIGN_YAML.replace('stock: 5000', 'stock: 4000'),
  'ben/messages/spring-tea.liquid.json': TEMPLATE,
});
const at = (name: string): string => join(folder.path, name);
const typing = (text: string): Input => ({ isTty: true, readAll: async () => text, askSecret: async () => text });
const piping = (text: string): Input => ({ ...NO_INPUT, readAll: async () => text });
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud(
    readSettings({
      PHAROS_DATA_DIR: at('data'),
      PHAROS_HTTP_PORT: '0',
      PHAROS_MQTT_PORT: '0',
      PHAROS_LINE_CHANNEL_SECRET: 'secret',
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: 'token',
      PHAROS_LINE_API_BASE: 'http://127.0.0.1:9',
      PHAROS_LOG_LEVEL: 'silent',
    }),
  );
  expect(await admin('apply', at('shop'))).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await cloud.stop();
  folder[Symbol.dispose]();
});

const admin = (...argv: readonly string[]): Promise<Ran> =>
  pharos(argv, { PHAROS_SERVER: cloud.httpUrl, PHAROS_TOKEN: cloud.adminToken });

/** Somebody with a home of their own, and nothing else in the environment. */
const person =
  (home: string, input: Input = NO_INPUT) =>
  (...argv: readonly string[]): Promise<Ran> =>
    pharos(argv, { HOME: at(home) }, input);

const tokenFor = async (name: string, ...more: readonly string[]): Promise<string> => {
  const made = await admin('token', 'create', '--name', name, ...more);
  expect(made).toMatchObject({ code: 0, talk: expect.stringContaining('shown this once') });
  return made.out.trim();
};

const marketer = async (name: string): Promise<(...argv: readonly string[]) => Promise<Ran>> => {
  const token = await tokenFor(name, '--role', 'marketer');
  const home = `home-${name}`;
  expect(await person(home, typing(`${token}\n`))('login', '--server', cloud.httpUrl)).toMatchObject({ code: 0 });
  return person(home);
};

describe('a login', () => {
  it('is kept for its owner alone, and goes to its own server alone', async () => {
    const token = await tokenFor('Cleo', '--role', 'marketer');
    const cleo = person('cleo', piping(token));
    const said = await cleo('login', '--server', cloud.httpUrl, '--token', '-');
    expect(said).toEqual({ code: 0, out: '', talk: `logged in at ${cloud.httpUrl} as Cleo (marketer)\n` });
    const file = at('cleo/.config/pharos/login.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ server: cloud.httpUrl, token });
    expect(await cleo('whoami')).toMatchObject({ code: 0, out: `Cleo (marketer)  ${cloud.httpUrl}\n` });
    const elsewhere = await cleo('whoami', '--server', `${cloud.httpUrl}/elsewhere`);
    expect(elsewhere).toMatchObject({ code: 4, talk: expect.stringContaining('no token') });
    const env = { HOME: at('cleo'), PHAROS_TOKEN: cloud.adminToken };
    expect(await pharos(['whoami', '--json'], env)).toMatchObject({ out: expect.stringContaining('"tok_admin"') });
    expect(await cleo('logout')).toMatchObject({ code: 0 });
    expect(await person('cleo')('whoami')).toMatchObject({ code: 4 });
  });

  it.each([
    ['a token nobody knows', typing('pht_nobody'), [], 4, /wrong or revoked/],
    ['nobody to ask', NO_INPUT, [], 2, /no terminal/],
    ['a token on the command line', NO_INPUT, ['--token', 'pht_abc'], 2, /can be read by others/],
    ['two lines', piping('a\nb'), ['--token', '-'], 78, /one line/],
  ])('is not kept for %s', async (_what, input, more, code, talk) => {
    const ran = await person('nobody', input)('login', '--server', cloud.httpUrl, ...more);
    expect(ran).toEqual({ code, out: '', talk: expect.stringMatching(talk) });
    expect(() => statSync(at('nobody/.config/pharos/login.json'))).toThrow();
  });
});

describe('a token', () => {
  it('does what its role may and nothing else, until it is revoked', async () => {
    const till = await tokenFor('till 7', '--role', 'till', '--store', 'taipei-1');
    const env = { PHAROS_SERVER: cloud.httpUrl, PHAROS_TOKEN: till };
    expect(await pharos(['whoami'], env)).toMatchObject({ out: expect.stringMatching(/^till 7 \(till @ taipei-1\)/) });
    const refused = await pharos(['campaign', 'list'], env);
    expect(refused).toMatchObject({ code: 4, talk: expect.stringMatching(/role till.*\n.*admin or marketer/) });
    const chinese = await pharos(['campaign', 'list', '--lang', 'zh-TW'], env);
    expect(chinese.talk).toContain('這個權杖的角色不能執行這項操作');
    const listed = await admin('token', 'list');
    expect(listed.out).toMatch(/till 7 +till +taipei-1/);
    expect(listed.out).not.toContain(till);
    expect(await admin('token', 'revoke', 'till 7', '--why', 'sold')).toMatchObject({ code: 0 });
    expect(await pharos(['whoami'], env)).toMatchObject({ code: 4 });
    expect(await admin('token', 'revoke', 'till 7')).toMatchObject({ code: 3 });
    expect(await admin('token', 'create', '--name', 'x', '--role', 'till')).toMatchObject({ code: 1 });
    expect(await admin('token', 'create', '--name', 'x', '--role', 'king')).toMatchObject({ code: 2 });
  });
});

describe('a campaign', () => {
  it('is launched by two people who do not overwrite one another', async () => {
    const [anna, ben] = [await marketer('Anna'), await marketer('Ben')];
    const tried = await anna('apply', at('anna'), '--dry-run');
    expect(tried).toMatchObject({ code: 0, out: expect.stringMatching(/^Campaign +spring-tea +created +v1\n$/) });
    expect(tried.talk).toContain('nothing was changed');
    expect(await anna('campaign', 'show', 'spring-tea')).toMatchObject({ code: 3 });
    expect(await anna('apply', at('anna'), '--why', 'spring')).toMatchObject({ code: 0 });
    // Ben has never applied his file: what he means is what he says.
    const mine = await ben('apply', at('ben'), '--expect', '0');
    expect(mine).toMatchObject({
      code: 5,
      talk: expect.stringMatching(/at version 1, not at version 0, changed by Anna/),
    });
    expect(await ben('apply', at('ben'), '--expect', 'spring-tea=1')).toMatchObject({ code: 0 });
    // Anna's file is version 1, as this machine remembers.
    writeFileSync(at('anna/spring.yaml'), CAMPAIGN_YAML.replace('percent: 20', 'percent: 30'));
    const late = await anna('apply', at('anna'), '--json');
    expect(late.code).toBe(5);
    expect(JSON.parse(late.talk)).toMatchObject({
      error: { code: 'version_conflict', message: expect.stringMatching(/at version 2.*changed by Ben on 20/) },
    });
    expect(await anna('apply', at('anna'), '--expect', '2')).toMatchObject({ code: 0 });
    expect(await anna('apply', at('anna'))).toMatchObject({ code: 0, out: expect.stringMatching(/unchanged +v3/) });
  });

  it('is paused, resumed, rolled back and ended, and all of it can be read afterwards', async () => {
    const mia = await marketer('Mia');
    expect(await mia('pause', 'spring-tea')).toMatchObject({ code: 2 });
    expect(await mia('pause', 'nothing', '--why', 'x')).toMatchObject({ code: 3 });
    expect(await mia('pause', 'spring-tea', '--why', 'typing error')).toMatchObject({ code: 0 });
    const listed = await mia('campaign', 'list', '--lang', 'zh-TW');
    expect(listed.out).toMatch(/spring-tea +春茶八折 +已暫停 +v3 +2026-12-01\.\.\d{4}-12-31 +0 +5000／5000 .* Mia\n/);
    expect(await mia('resume', 'spring-tea', '--why', 'mended')).toMatchObject({ code: 0 });
    expect(
      await mia('rollback', 'spring-tea', '--to-version', '2', '--why', 'too much', '--expect', '1'),
    ).toMatchObject({
      code: 5,
    });
    const back = await mia('rollback', 'spring-tea', '--to-version', '2', '--why', 'too much');
    expect(back).toMatchObject({ code: 0, talk: expect.stringContaining('version 4') });
    expect((await mia('campaign', 'show', 'spring-tea')).out).toMatch(/v4 .* says again what v2 said\n/);
    expect(await mia('end', 'spring-tea', '--why', 'over')).toMatchObject({ code: 0 });
    expect(await mia('resume', 'spring-tea', '--why', 'x')).toMatchObject({ code: 5 });
    const { out } = await mia('audit', '--campaign', 'spring-tea', '--since', '1h', '--json');
    const { audit } = JSON.parse(out) as { audit: { action: string; who: string; why?: string }[] };
    expect(audit.map(({ action, who, why }) => [action, who, why ?? ''])).toEqual([
      ['end', 'Mia', 'over'],
      ['rollback', 'Mia', 'too much'],
      ['resume', 'Mia', 'mended'],
      ['pause', 'Mia', 'typing error'],
      ['apply', 'Anna', ''],
      ['apply', 'Ben', ''],
      ['apply', 'Anna', 'spring'],
    ]);
    expect((await admin('audit', '--lang', 'zh-TW')).out).toContain('建立權杖');
    expect(await mia('audit', '--since', 'yesterday')).toMatchObject({ code: 2 });
  });

  it('is ended by prune only when that is said', async () => {
    const dora = await marketer('Dora');
    const two = folderOf({
      'a.yaml': CAMPAIGN_YAML.replace('spring-tea', 'prune-a').replace('taipei-*], zones', 'taibei-*], zones'),
      'b.yaml': CAMPAIGN_YAML.replace('spring-tea', 'prune-b'),
      'messages/spring-tea.liquid.json': TEMPLATE,
      'messages/prune-a.liquid.json': TEMPLATE,
      'messages/prune-b.liquid.json': TEMPLATE,
    });
    const applied = await dora('apply', two.path, '--owner', 'dora');
    expect(applied).toMatchObject({
      code: 0,
      talk: expect.stringMatching(/a\.yaml:5:\d+ warning: "taibei-\*" is no store/),
    });
    const one = join(two.path, 'a.yaml');
    expect(await dora('apply', one, '--prune')).toMatchObject({ code: 2, talk: expect.stringContaining('--owner') });
    const unsaid = await dora('apply', one, '--owner', 'dora', '--prune');
    expect(unsaid).toMatchObject({ code: 2, talk: expect.stringContaining('Campaign prune-b (ended)') });
    expect((await dora('campaign', 'list')).out).toMatch(/prune-b .* running/);
    expect(await dora('apply', one, '--owner', 'dora', '--prune', '--yes')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Campaign +prune-b +ended/),
    });
    expect((await dora('campaign', 'list')).out).toMatch(/prune-b .* ended/);
    two[Symbol.dispose]();
  });
});
