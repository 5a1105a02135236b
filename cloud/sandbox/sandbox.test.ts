import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { channelAccessToken, HTTPFetchError, messagingApi, validateSignature } from '@line/bot-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNEL } from './platform/platform.fixture.ts';
import { eventually, openSandbox } from './sandbox.fixture.ts';

const KEY = '123e4567-e89b-12d3-a456-426614174000';

/** A bot that keeps what it was sent. */
async function openBot() {
  const received: { body: string; signature: string | undefined }[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      const signature = incoming.headers['x-line-signature'];
      received.push({ body, signature: typeof signature === 'string' ? signature : undefined });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/line/webhook`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, received, close, last: () => JSON.parse(received.at(-1)?.body ?? '{"events":[]}').events[0] };
}

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
let bot: Awaited<ReturnType<typeof openBot>>;
let client: messagingApi.MessagingApiClient;

beforeEach(async () => {
  bot = await openBot();
  sandbox = await openSandbox({ settings: { webhookUrl: bot.url, hwids: [] } });
  client = new messagingApi.MessagingApiClient({ channelAccessToken: CHANNEL.accessToken, baseURL: sandbox.url });
});
afterEach(async () => {
  await sandbox.close();
  bot.close();
});

const text = (words: string): messagingApi.TextMessage => ({ type: 'text', text: words });
const newUser = async (given = {}): Promise<string> => (await sandbox.control('POST', '/users', given)).body.userId;
const failure = async (call: Promise<unknown>): Promise<HTTPFetchError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof HTTPFetchError) return error;
  throw new Error(`not refused by the API: ${error}`);
};

describe("with LINE's own client", () => {
  it('answers what a person typed, once', async () => {
    const userId = await newUser({ displayName: '王小姐' });
    await sandbox.control('POST', `/users/${userId}/text`, { text: '你好' });
    await eventually(() => expect(bot.received).toHaveLength(1));
    const [webhook] = bot.received;
    expect(validateSignature(webhook?.body ?? '', CHANNEL.secret, webhook?.signature ?? '')).toBe(true);
    const { replyToken } = bot.last();
    const { sentMessages } = await client.replyMessage({ replyToken, messages: [text('歡迎')] });
    expect(sentMessages).toHaveLength(1);
    const again = await failure(client.replyMessage({ replyToken, messages: [text('歡迎')] }));
    expect(again).toMatchObject({ status: 400, body: '{"message":"Invalid reply token"}' });
    expect((await sandbox.control('GET', `/users/${userId}/chat`)).body.messages).toMatchObject([
      { from: 'person', text: '你好' },
      { from: 'account', via: 'reply', message: { text: '歡迎' } },
    ]);
  });

  it('pushes once for one retry key', async () => {
    const userId = await newUser();
    const push = () => client.pushMessageWithHttpInfo({ to: userId, messages: [text('hi')] }, KEY);
    const { httpResponse } = await push();
    const requestId = httpResponse.headers.get('x-line-request-id');
    const refused = await failure(push());
    expect(refused.status).toBe(409);
    expect(refused.headers.get('x-line-accepted-request-id')).toBe(requestId);
    expect((await sandbox.control('GET', `/users/${userId}/chat`)).body.messages).toHaveLength(1);
    const { entries } = (await sandbox.control('GET', '/log')).body;
    expect(entries).toMatchObject([
      {
        kind: 'api',
        endpoint: 'push',
        status: 200,
        accepted: true,
        retryKey: KEY,
        requestId,
        to: [userId],
        reached: 1,
      },
      { kind: 'api', endpoint: 'push', status: 409, accepted: false, retryKey: KEY },
    ]);
    expect((await sandbox.control('GET', '/log?after=1')).body.entries).toHaveLength(1);
  });

  it('asks about everything around sending', async () => {
    const userId = await newUser({ displayName: 'Alice' });
    await sandbox.control('PUT', '/settings', { quota: { type: 'limited', value: 200 }, quotaUsed: 199 });
    expect(await client.getMessageQuota()).toEqual({ type: 'limited', value: 200 });
    expect(await client.getMessageQuotaConsumption()).toEqual({ totalUsage: 199 });
    expect(await client.getProfile(userId)).toMatchObject({ displayName: 'Alice' });
    expect(await client.getBotInfo()).toMatchObject({ userId: CHANNEL.botUserId });
    expect(await client.getWebhookEndpoint()).toEqual({ endpoint: bot.url, active: true });
    expect(await client.testWebhookEndpoint({})).toMatchObject({ success: true, statusCode: 200, reason: 'OK' });
    expect(JSON.parse(bot.received[0]?.body ?? '')).toEqual({ destination: CHANNEL.botUserId, events: [] });
    await client.multicast({ to: [userId], messages: [text('last one')] }, KEY);
    expect((await failure(client.pushMessage({ to: userId, messages: [text('one more')] }))).status).toBe(429);
    const invalid = await failure(client.validatePush({ messages: [text('')] }));
    expect(JSON.parse(invalid.body).details).toEqual([{ message: 'May not be empty', property: 'messages[0].text' }]);
  });
});

describe('over plain HTTP', () => {
  const post = (path: string, body: string, headers = {}) =>
    fetch(`${sandbox.url}${path}`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${CHANNEL.accessToken}`, 'content-type': 'application/json', ...headers },
    });

  it.each([
    ['over two megabytes', '/v2/bot/message/push', 'x'.repeat(2 * 1024 * 1024 + 1), {}, 413],
    ['another media type', '/v2/bot/message/push', '{}', { 'content-type': 'text/plain' }, 415],
    ['a broken media type', '/v2/bot/message/push', '{}', { 'content-type': 'json' }, 415],
    ['an unknown path', '/v2/bot/nothing', '{}', {}, 404],
    ['a wrong token', '/v2/bot/message/push', '{}', { authorization: 'Bearer x' }, 401],
  ])('%s', async (_case, path, body, headers, status) => {
    const response = await post(path, body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('x-line-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toMatchObject({ message: expect.any(String) });
  });

  it('accepts and never answers, and can still be closed', async () => {
    const userId = await newUser();
    await sandbox.control('PUT', '/faults', { api: [{ kind: 'timeout_after', endpoint: 'push', times: 1 }] });
    const body = JSON.stringify({ to: userId, messages: [text('hi')] });
    const silent = post('/v2/bot/message/push', body, { 'x-line-retry-key': KEY }).catch(() => 'cut off');
    await eventually(async () => {
      const { entries } = (await sandbox.control('GET', '/log')).body;
      expect(entries).toMatchObject([{ status: 'no_answer', accepted: true, fault: 'timeout_after' }]);
    });
    expect((await post('/v2/bot/message/push', body, { 'x-line-retry-key': KEY })).status).toBe(409);
    await sandbox.close();
    expect(await silent).toBe('cut off');
  });
});

describe('people', () => {
  it('follow, block and come back', async () => {
    const userId = await newUser({ friend: false });
    const turns: [string, unknown][] = [
      ['follow', { type: 'follow', follow: { isUnblocked: false } }],
      ['unfollow', { type: 'unfollow' }],
      ['follow', { type: 'follow', follow: { isUnblocked: true } }],
    ];
    for (const [i, [act, event]] of turns.entries()) {
      await sandbox.control('POST', `/users/${userId}/${act}`);
      await eventually(() => expect(bot.received).toHaveLength(i + 1));
      expect(bot.last()).toMatchObject(event as object);
      expect('replyToken' in bot.last()).toBe(act === 'follow');
      const profile = await client.getProfile(userId).catch((error: HTTPFetchError) => error.status);
      if (act === 'follow') expect(profile).toMatchObject({ userId });
      else expect(profile).toBe(404);
    }
  });

  it('have switches, and errors have names', async () => {
    const userId = await newUser();
    expect((await sandbox.control('PATCH', `/users/${userId}`, { lineOpen: false })).body).toMatchObject({
      userId,
      lineOpen: false,
      friend: true,
    });
    expect(await sandbox.control('PATCH', `/users/${userId}`, { open: false })).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_request' } },
    });
    expect(await sandbox.control('PATCH', '/users/Unobody', {})).toMatchObject({
      status: 404,
      body: { error: { code: 'unknown_user' } },
    });
    expect(await sandbox.control('POST', '/users', { userId })).toMatchObject({
      status: 409,
      body: { error: { code: 'user_exists' } },
    });
    await sandbox.control('PATCH', `/users/${userId}`, { blocked: true });
    expect(await sandbox.control('POST', `/users/${userId}/text`, { text: 'hi' })).toMatchObject({
      status: 409,
      body: { error: { code: 'user_blocked' } },
    });
    expect(await sandbox.control('POST', '/nothing', {})).toMatchObject({
      status: 404,
      body: { error: { code: 'unknown_path' } },
    });
    expect(await sandbox.control('POST', '/walk', {})).toMatchObject({
      status: 503,
      body: { error: { code: 'radio_failed' } },
    });
    expect(await sandbox.control('PUT', '/settings', { hwids: ['nope'] })).toMatchObject({ status: 400 });
  });

  it('can be beaconed past the radio', async () => {
    const userId = await newUser();
    const beacon = { hwid: '0a1b2c3d4e', type: 'stay' };
    await sandbox.control('POST', `/users/${userId}/beacon`, beacon);
    await eventually(() => expect(bot.received).toHaveLength(1));
    expect(bot.last()).toMatchObject({ type: 'beacon', source: { type: 'user', userId }, beacon });
  });
});

it('forges webhooks', async () => {
  const body = '{"destination":"x", "events":[]}';
  expect((await sandbox.control('POST', '/raw-webhook', { body })).body).toEqual({ outcome: 'success', status: 200 });
  await sandbox.control('POST', '/raw-webhook', { body, signature: 'forged' });
  await sandbox.control('POST', '/raw-webhook', { body, signature: null });
  expect(bot.received.map((webhook) => webhook.body)).toEqual([body, body, body]);
  const [right, forged, missing] = bot.received;
  expect(validateSignature(body, CHANNEL.secret, right?.signature ?? '')).toBe(true);
  expect(forged?.signature).toBe('forged');
  expect(missing?.signature).toBeUndefined();
});

it('has its channel secret reissued: what it signs from then on is signed with the new one', async () => {
  const answer = await fetch(`${sandbox.url}/sandbox/channel-secret/reissue`, { method: 'POST' });
  const { channelSecret } = (await answer.json()) as { channelSecret: string };
  expect(channelSecret).toMatch(/^[0-9a-f]{32}$/);
  await sandbox.control('POST', `/users/${await newUser()}/text`, { text: 'hi' });
  await eventually(() => expect(bot.received).toHaveLength(1));
  await client.testWebhookEndpoint({});
  await sandbox.control('POST', '/raw-webhook', { body: '{"events":[]}' });
  expect(bot.received).toHaveLength(3);
  for (const { body, signature = '' } of bot.received) {
    expect(validateSignature(body, channelSecret, signature)).toBe(true);
    expect(validateSignature(body, CHANNEL.secret, signature)).toBe(false);
  }
  const tokens = new channelAccessToken.ChannelAccessTokenClient({ baseURL: sandbox.url });
  const issue = (secret: string) => tokens.issueStatelessChannelTokenByClientSecret(CHANNEL.channelId, secret);
  expect((await failure(issue(CHANNEL.secret))).status).toBe(400);
  expect(await issue(channelSecret)).toMatchObject({ expires_in: 900 });
});

it('names why a webhook test failed as LINE does', async () => {
  bot.close();
  expect(await client.testWebhookEndpoint({})).toMatchObject({ success: false, reason: 'COULD_NOT_CONNECT' });
});
