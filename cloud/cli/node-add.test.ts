import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startCloud } from '../app.ts';
import { readSettings } from '../settings.ts';
import { pharos } from './capture.fixture.ts';
import { folderOf, STORE_YAML } from './manifest/campaign.fixture.ts';

/** A service whose broker is as given, with one shop. */
async function openService(given: Readonly<Record<string, string>>) {
  const folder = folderOf({ 'store.yaml': STORE_YAML });
  const cloud = await startCloud(
    readSettings({
      PHAROS_DATA_DIR: join(folder.path, 'data'),
      PHAROS_HTTP_PORT: '0',
      PHAROS_MQTT_PORT: '0',
      PHAROS_LINE_CHANNEL_SECRET: 'secret',
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: 'token',
      PHAROS_LINE_API_BASE: 'http://127.0.0.1:9',
      PHAROS_LOG_LEVEL: 'silent',
      ...given,
    }),
  );
  onTestFinished(async () => {
    await cloud.stop();
    folder[Symbol.dispose]();
  });
  const run = (...argv: readonly string[]) =>
    pharos(argv, { PHAROS_SERVER: cloud.httpUrl, PHAROS_TOKEN: cloud.adminToken });
  expect(await run('apply', folder.path)).toMatchObject({ code: 0 });
  const add = (file: string, ...more: readonly string[]) =>
    run(
      'node',
      'add',
      'door',
      '--store',
      'taipei-1',
      '--hwid',
      '0a1b2c3d4e',
      '--out',
      join(folder.path, file),
      ...more,
    );
  return { add, read: (file: string) => JSON.parse(readFileSync(join(folder.path, file), 'utf8')) as object };
}

it('says of a broker of your own that it has to learn the new password, and lets the old one in until then', async () => {
  const { add, read } = await openService({ PHAROS_MQTT_URL: 'mqtt://127.0.0.1:9' });
  const made = await add('door.json');
  expect(made).toMatchObject({ code: 0, talk: expect.stringContaining('pharos node broker-files --out') });
  expect(read('door.json')).not.toHaveProperty('brokerList');
  const again = await add('again.json', '--rotate', '--lang', 'zh-TW');
  expect(again).toMatchObject({ code: 0, talk: expect.stringMatching(/舊密碼.*pharos node broker-files --out/) });
  expect(JSON.parse((await add('once-more.json', '--rotate', '--json')).out)).toMatchObject({ brokerList: 'stale' });
});

it('says nothing of it where the broker is ours', async () => {
  const { add } = await openService({});
  expect((await add('door.json')).talk).not.toContain('broker-files');
});
