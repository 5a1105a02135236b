import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTPFetchError, messagingApi } from '@line/bot-sdk';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AttemptOutcome } from './core/deliver/settle.ts';
import { fixedToken } from './deliver/access-token.ts';
import { limitFetch } from './deliver/fetch-deadline.ts';
import { createLineClient, type LineClient } from './deliver/line-client.ts';
import { createLineTransport } from './deliver/line-transport.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { openSandbox } from './sandbox/sandbox.fixture.ts';

/** One suite for both clients there are: ours, and the one LINE itself makes. What LINE sees and says is the same. */

type Calls = Pick<LineClient, 'reply' | 'push' | 'multicast'>;
interface Line {
  readonly url: string;
  readonly token?: string;
}

const ANSWER_WITHIN_MS = 400;

function openOurs({ url, token = CHANNEL.accessToken }: Line): Calls {
  const transport = createLineTransport(url, { connectMs: ANSWER_WITHIN_MS, answerMs: ANSWER_WITHIN_MS });
  onTestFinished(() => transport.close());
  return createLineClient({ transport, tokens: fixedToken(() => token) });
}

function openSdk({ url, token = CHANNEL.accessToken }: Line): Calls {
  onTestFinished(limitFetch(url, ANSWER_WITHIN_MS));
  const client = new messagingApi.MessagingApiClient({ channelAccessToken: token, baseURL: url });
  const told = async (call: () => Promise<{ httpResponse: Response }>): Promise<AttemptOutcome> => {
    try {
      const { httpResponse } = await call();
      return { at: 'accepted', requestId: httpResponse.headers.get('x-line-request-id') ?? '' };
    } catch (error) {
      if (error instanceof HTTPFetchError) return outcomeOf(error);
      return { at: 'no-answer', detail: String(error) };
    }
  };
  const asSdk = (messages: readonly unknown[]) => messages as messagingApi.Message[];
  return {
    reply: ({ replyToken, messages }) =>
      told(() => client.replyMessageWithHttpInfo({ replyToken, messages: asSdk(messages) })),
    push: ({ to, messages, retryKey }) =>
      told(() => client.pushMessageWithHttpInfo({ to, messages: asSdk(messages) }, retryKey)),
    multicast: ({ to, messages, retryKey }) =>
      told(() => client.multicastWithHttpInfo({ to: [...to], messages: asSdk(messages) }, retryKey)),
  };
}

/** As LINE's documentation has it, written down a second time. */
function outcomeOf({ status, headers, body }: HTTPFetchError): AttemptOutcome {
  const { message, details = [] } = JSON.parse(body) as {
    message: string;
    details?: { message: string; property: string }[];
  };
  const parts = details.map((detail) => `${detail.property}: ${detail.message}`);
  const sentence = parts.length === 0 ? message : `${message} (${parts.join('; ')})`;
  if (status === 409) return { at: 'accepted-before', requestId: headers.get('x-line-accepted-request-id') ?? '' };
  if (status === 401) return { at: 'unauthorized' };
  if (status >= 500) return { at: 'no-answer', detail: `LINE answered ${status}` };
  if (status === 429 && message.includes('monthly limit')) return { at: 'quota-exhausted' };
  if (status === 429 && message.includes('rate limit')) return { at: 'rate-limited' };
  if (status === 429) return { at: 'too-many', message };
  if (message === 'Invalid reply token') return { at: 'invalid-reply-token' };
  return { at: 'refused', status, message: sentence };
}

const KEY = '123e4567-e89b-12d3-a456-426614174000';
const TEA = [{ type: 'text', text: '春茶 "8 折" 🍵\n\u2028' }];

/** What a call looks like on the wire, whatever order its fields have. */
async function openWire() {
  const seen: object[] = [];
  const server = createServer(async (request, response) => {
    const bytes = Buffer.concat(await request.toArray());
    const { authorization, 'content-type': type, 'x-line-retry-key': retryKey } = request.headers;
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    seen.push({ method: request.method, path: request.url, authorization, type, retryKey, body });
    response.writeHead(200, { 'content-type': 'application/json', 'x-line-request-id': 'r1' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

it('both put the same on the wire', async () => {
  const sent: object[][] = [];
  for (const open of [openOurs, openSdk]) {
    const { url, seen } = await openWire();
    const line = open({ url });
    await line.push({ to: 'Ualice', messages: TEA, retryKey: KEY });
    await line.multicast({ to: ['Ualice', 'Ubob'], messages: TEA, retryKey: KEY });
    await line.reply({ replyToken: 't1', messages: TEA });
    sent.push(seen);
  }
  expect(sent[0]).toMatchObject([
    { path: '/v2/bot/message/push', retryKey: KEY, body: { to: 'Ualice', messages: TEA } },
    { path: '/v2/bot/message/multicast', retryKey: KEY, body: { to: ['Ualice', 'Ubob'], messages: TEA } },
    { path: '/v2/bot/message/reply', retryKey: undefined, body: { replyToken: 't1', messages: TEA } },
  ]);
  expect(sent[0]).toEqual(sent[1]);
});

describe.each([
  ['ours', openOurs],
  ["LINE's SDK", openSdk],
])('%s', (_name, open) => {
  async function openFriend() {
    const sandbox = await openSandbox();
    const { userId } = (await sandbox.control('POST', '/users', {})).body;
    const push = (line: Calls, messages: readonly { type: string }[] = TEA, retryKey = KEY) =>
      line.push({ to: userId, messages, retryKey });
    const plant = (kind: string, more = {}) => sandbox.control('POST', '/faults', { api: [{ kind, ...more }] });
    return { sandbox, userId, push, plant, line: open(sandbox) };
  }

  it('is told the request id, and that of the first call by a repeat', async () => {
    const { sandbox, userId, line, push } = await openFriend();
    const first = await push(line);
    expect(first).toEqual({ at: 'accepted', requestId: expect.stringMatching(/./) });
    expect(await push(line)).toEqual({ ...first, at: 'accepted-before' });
    const { messages } = (await sandbox.control('GET', `/users/${userId}/chat`)).body;
    expect(messages).toHaveLength(1);
  });

  it('is told what is wrong, and where', async () => {
    const { line, push } = await openFriend();
    const nothing = await push(line, [{ type: 'text', text: '' }] as never);
    expect(nothing).toEqual({ at: 'refused', status: 400, message: expect.stringContaining('messages[0].text: ') });
    expect(await line.reply({ replyToken: 'of nobody', messages: TEA })).toEqual({ at: 'invalid-reply-token' });
  });

  it('is told that the token is no good', async () => {
    const { sandbox, push } = await openFriend();
    expect(await push(open({ ...sandbox, token: 'old' }))).toEqual({ at: 'unauthorized' });
  });

  it('is told the kinds of too much apart', async () => {
    const { sandbox, line, push } = await openFriend();
    const set = (settings: object) => sandbox.control('PUT', '/settings', settings);
    await set({ quota: { type: 'limited', value: 0 } });
    expect(await push(line)).toEqual({ at: 'quota-exhausted' });
    await set({ quota: { type: 'none' }, perPerson: { messages: 1, perMs: 3_600_000 } });
    expect(await push(line)).toMatchObject({ at: 'accepted' });
    expect(await push(line, TEA, KEY.replace('1', '2'))).toMatchObject({ at: 'too-many' });
    await set({ rateLimits: { push: 1 }, perPerson: null });
    const many = await Promise.all(Array.from({ length: 5 }, (_, i) => push(line, TEA, KEY.replace('1', `${i + 3}`))));
    expect(many).toContainEqual({ at: 'rate-limited' });
  });

  it('is told by a repeat that a call whose answer was lost had been accepted', async () => {
    const { line, push, plant } = await openFriend();
    await plant('cut_after', { times: 1 });
    expect(await push(line)).toMatchObject({ at: 'no-answer' });
    expect(await push(line)).toMatchObject({ at: 'accepted-before' });
  });

  it('sends to several at once, all or nobody, and to none of them twice', async () => {
    const { sandbox, userId: alice, line, plant } = await openFriend();
    const bob = (await sandbox.control('POST', '/users', {})).body.userId;
    const blocked = (await sandbox.control('POST', '/users', { blocked: true })).body.userId;
    const cast = (to: readonly string[], retryKey = KEY) => line.multicast({ to, messages: TEA, retryKey });
    const shown = async () =>
      await Promise.all(
        [alice, bob, blocked].map(
          async (user) => (await sandbox.control('GET', `/users/${user}/chat`)).body.messages.length,
        ),
      );
    expect(await cast([alice, 'Unobody'])).toEqual({
      at: 'refused',
      status: 400,
      message: expect.stringContaining('to[1]'),
    });
    await sandbox.control('PUT', '/settings', { quota: { type: 'limited', value: 1 } });
    expect(await cast([alice, bob])).toEqual({ at: 'quota-exhausted' });
    await sandbox.control('PUT', '/settings', { quota: { type: 'limited', value: 2 } });
    expect(await shown()).toEqual([0, 0, 0]);
    await plant('timeout_before', { times: 1 });
    expect(await cast([alice, bob, blocked])).toMatchObject({ at: 'no-answer' });
    await plant('cut_after', { times: 1 });
    expect(await cast([alice, bob, blocked])).toMatchObject({ at: 'no-answer' });
    const again = await cast([alice]);
    expect(again).toEqual({ at: 'accepted-before', requestId: expect.stringMatching(/./) });
    expect(await shown()).toEqual([1, 1, 0]);
    await sandbox.control('PUT', '/settings', { rateLimits: { multicast: 1 }, quota: { type: 'none' } });
    const many = await Promise.all([1, 2, 3].map((n) => cast([alice, bob], KEY.replace('1', `${n + 2}`))));
    expect(many).toContainEqual({ at: 'rate-limited' });
  });

  it.each([
    ['LINE fails', { how: 'error_500' }],
    ['LINE says nothing in time', { how: 'timeout' }],
    ['LINE hangs up', { how: 'cut' }],
  ])('is in doubt when %s', async (_what, away) => {
    const { sandbox, line, push } = await openFriend();
    await sandbox.control('PUT', '/faults', { away });
    expect(await push(line)).toMatchObject({ at: 'no-answer' });
    await sandbox.control('DELETE', '/faults');
    expect(await push(line)).toMatchObject({ at: 'accepted' });
  });
});
