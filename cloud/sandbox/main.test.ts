import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { CHANNEL } from './platform/platform.fixture.ts';

const start = (...args: string[]) => spawn(process.execPath, ['cloud/sandbox/main.ts', ...args]);

it('says where it is, shows chats to people, and ends on SIGTERM', async () => {
  const child = start('--access-token', CHANNEL.accessToken, '--bot-user-id', CHANNEL.botUserId);
  let talk = '';
  child.stderr.on('data', (chunk) => {
    talk += chunk;
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { ready, url, botUserId } = JSON.parse(line);
  expect({ ready, botUserId }).toEqual({ ready: true, botUserId: CHANNEL.botUserId });
  const post = (path: string, body: object, headers = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const { userId } = (await (await post('/sandbox/users', { displayName: '王' })).json()) as { userId: string };
  const push = { to: userId, messages: [{ type: 'text', text: '春茶八折' }] };
  expect((await post('/v2/bot/message/push', push, { authorization: `Bearer ${CHANNEL.accessToken}` })).status).toBe(
    200,
  );
  child.kill('SIGTERM');
  expect((await once(child, 'close'))[0]).toBe(0);
  expect(talk).toBe('╭─ LINE → 王 (push)\n│ 春茶八折\n╰─\n');
});

it('explains misuse', async () => {
  const child = start('--port', 'many');
  const [code] = await once(child, 'exit');
  expect(code).toBe(2);
});
