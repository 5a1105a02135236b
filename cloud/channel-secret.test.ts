import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { campaign, openWorldWith } from './cloud.fixture.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { signatureOf } from './sandbox/platform/webhook.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';

/** A file with the channel secret, as the service is told of one; rewritten where it stands. */
function secretFile() {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-secret-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'channel-secret');
  const write = (...secrets: readonly string[]): void => writeFileSync(path, `${secrets.join('\n')}\n`);
  write(CHANNEL.secret);
  vi.stubEnv('PHAROS_LINE_CHANNEL_SECRET_FILE', path);
  onTestFinished(() => void vi.unstubAllEnvs());
  return { path, write };
}

it('keeps the old channel secret and the new one while LINE changes over, and is not restarted for it', async () => {
  const file = secretFile();
  const world = await openWorldWith(
    {
      PHAROS_LINE_CHANNEL_SECRET: '',
      PHAROS_LINE_CHANNEL_SECRET_FILE: file.path,
      // The secret also buys the tokens that messages are sent with.
      PHAROS_LINE_CHANNEL_ID: CHANNEL.channelId,
    },
    campaign('tea'),
  );
  const [alice, bob] = [await world.friend(), await world.friend()];
  await world.settled((await world.enters(alice)).sourceId);

  // From here LINE signs with a secret the service has not been told.
  await world.sandbox.control('PUT', '/settings', { redelivery: { enabled: true, delaysMs: Array(20).fill(200) } });
  const { body } = await world.sandbox.control('POST', '/channel-secret/reissue');
  const { channelSecret } = body as unknown as { channelSecret: string };
  const heard = await world.sandbox.control('POST', `/users/${bob}/beacon`, { hwid: '0a1b2c3d4e', dm: world.dm() });
  const { webhookEventId } = heard.body;
  const deliveries = async () =>
    (await world.sandbox.control('GET', `/log?webhookEventId=${webhookEventId}&kind=webhook`)).body.entries;
  await eventually(async () => expect(await deliveries()).toMatchObject([{ result: { status: 401 } }]));

  // The newer first; what was signed before the change may still be on its way.
  file.write(channelSecret, CHANNEL.secret);
  expect(await world.settled(webhookEventId ?? '')).toMatchObject({ state: 'accepted' });
  expect((await deliveries()).at(-1)).toMatchObject({ isRedelivery: true, result: { status: 200 } });
  expect(await world.chat(bob)).toHaveLength(1);
  const empty = JSON.stringify({ destination: CHANNEL.botUserId, events: [] });
  const signedWith = async (secret: string) =>
    (await world.sandbox.control('POST', '/raw-webhook', { body: empty, signature: signatureOf(secret, empty) })).body;
  expect(await signedWith(CHANNEL.secret)).toMatchObject({ status: 200 });
  expect(await signedWith(channelSecret)).toMatchObject({ status: 200 });

  // Every token is gone as well: the next is bought with the newer secret.
  await world.sandbox.control('POST', '/access-token/revoke');
  const carol = await world.friend();
  expect(await world.settled((await world.enters(carol)).sourceId)).toMatchObject({ state: 'accepted' });
  const issued = (await world.sandbox.control('GET', '/log?endpoint=token')).body.entries;
  expect(issued).toMatchObject([{ status: 200 }, { status: 200 }]);

  file.write(channelSecret);
  await eventually(async () => expect(await signedWith(CHANNEL.secret)).toMatchObject({ status: 401 }));
  expect(await signedWith(channelSecret)).toMatchObject({ status: 200 });
});
