import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNEL } from './platform/platform.fixture.ts';
import { eventually, openSandbox } from './sandbox.fixture.ts';

interface Event {
  readonly type: string;
  readonly [own: string]: unknown;
}

let sandbox: Awaited<ReturnType<typeof openSandbox>>;
let userId: string;
const events: Event[] = [];
const bot = createServer((incoming, response) => {
  let body = '';
  incoming.on('data', (chunk) => {
    body += chunk;
  });
  incoming.on('end', () => {
    events.push(...JSON.parse(body).events);
    response.end();
  });
});

beforeEach(async () => {
  events.length = 0;
  await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve));
  sandbox = await openSandbox({
    settings: { webhookUrl: `http://127.0.0.1:${(bot.address() as AddressInfo).port}/` },
  });
  userId = (await sandbox.control('POST', '/users', {})).body.userId;
});
afterEach(async () => {
  await sandbox.close();
  bot.closeAllConnections();
  await new Promise((resolve) => bot.close(resolve));
});

const api = (path: string, body: object, token = CHANNEL.accessToken) =>
  fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });
const push = (...messages: object[]) => api('/v2/bot/message/push', { to: userId, messages });
const text = { type: 'text', text: 'hi' };
const did = (what: string, body: object = {}) => sandbox.control('POST', `/users/${userId}/${what}`, body);

describe('a person', () => {
  it('taps what a message offers', async () => {
    const actions = [
      { type: 'postback', label: 'Use', data: 'v=1', displayText: 'I use it' },
      { type: 'message', label: 'Ask', text: 'which shops?' },
      { type: 'uri', label: 'Map', uri: 'https://example.com/map' },
      { type: 'clipboard', label: 'Copy', clipboardText: '7F3K' },
    ];
    await push({ type: 'template', altText: 'a', template: { type: 'buttons', text: 't', actions } });
    for (const { label } of actions) expect((await did('press', { label })).status).toBe(200);
    await eventually(() => expect(events).toHaveLength(2));
    expect(events.find(({ type }) => type === 'postback')).toMatchObject({ postback: { data: 'v=1' } });
    expect(events.find(({ type }) => type === 'message')).toMatchObject({ message: { text: 'which shops?' } });
    const { body: chat } = await sandbox.control('GET', `/users/${userId}/chat`);
    expect(chat.messages.slice(1)).toMatchObject([{ text: 'I use it' }, { text: 'which shops?' }]);
    expect((await sandbox.control('GET', `/log?kind=phone&user=${userId}`)).body.entries).toMatchObject([
      { did: 'opened', what: 'https://example.com/map' },
      { did: 'copied', what: '7F3K' },
    ]);
    expect(await did('press', { label: 'Nothing' })).toMatchObject({
      status: 404,
      body: { error: { code: 'no_such_button' } },
    });
  });

  it('is linked once with a link token', async () => {
    const { linkToken } = (await (await api(`/v2/bot/user/${userId}/linkToken`, {})).json()) as { linkToken: string };
    const nonce = 'n'.repeat(16);
    expect((await did('account-link', { linkToken, nonce })).status).toBe(200);
    await eventually(() => expect(events).toMatchObject([{ type: 'accountLink', link: { result: 'ok', nonce } }]));
    expect(await did('account-link', { linkToken, nonce })).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_link_token' } },
    });
  });

  it('comes back, and the flag may be wrong about it', async () => {
    await sandbox.control('PUT', '/settings', { isUnblockedWrong: 1 });
    await did('unfollow');
    await did('follow');
    await eventually(() => expect(events).toHaveLength(2));
    expect(events).toContainEqual(expect.objectContaining({ type: 'follow', follow: { isUnblocked: false } }));
  });

  it('is named only where the profile may be seen, and the log knows who it was', async () => {
    await sandbox.control('PATCH', `/users/${userId}`, { profileConsent: false });
    await did('text', { text: 'hi' });
    await did('beacon', { hwid: '0a1b2c3d4e' });
    await eventually(() => expect(events.map(({ source }) => source)).toEqual([{ type: 'user' }, { type: 'user' }]));
    await eventually(async () =>
      expect((await sandbox.control('GET', `/log?kind=webhook&user=${userId}`)).body.entries).toHaveLength(2),
    );
  });

  it('writes into a group, blocked or not, and is answered there', async () => {
    const group = `C${'3'.repeat(32)}`;
    await sandbox.control('PATCH', `/users/${userId}`, { blocked: true });
    await did('text', { text: 'hi all', in: group });
    await eventually(() => expect(events).toMatchObject([{ source: { type: 'group', groupId: group, userId } }]));
    const replyToken = events[0]?.['replyToken'];
    expect((await api('/v2/bot/message/reply', { replyToken, messages: [text] })).status).toBe(200);
    expect((await sandbox.control('GET', `/groups/${group}/chat`)).body.messages).toMatchObject([
      { from: 'person', text: 'hi all' },
      { from: 'account', via: 'reply' },
    ]);
    expect((await sandbox.control('GET', `/users/${userId}/chat`)).body.messages).toEqual([]);
    expect((await sandbox.control('GET', `/log?kind=api&user=${userId}`)).body.entries).toMatchObject([
      { to: [group], shownTo: [userId] },
    ]);
    expect((await did('text', { text: 'hi', in: 'C1' })).status).toBe(400);
  });

  it('makes any other event happen, by its name and with its own properties', async () => {
    const unsend = { messageId: '1' };
    await did('event', { type: 'unsend', own: { unsend } });
    await did('event', { type: 'join', in: `R${'4'.repeat(32)}` });
    await eventually(() => expect(events).toHaveLength(2));
    const [first, second] = events.toSorted((a, b) => (a.type < b.type ? 1 : -1));
    expect(first).toMatchObject({ type: 'unsend', unsend, source: { userId } });
    expect(first).not.toHaveProperty('replyToken');
    expect(second).toMatchObject({ type: 'join', source: { type: 'room' }, replyToken: expect.any(String) });
  });

  it('is counted by what was shown', async () => {
    await push(text);
    await push(text);
    expect((await sandbox.control('GET', `/users/${userId}/counts`)).body).toEqual({
      replies: 0,
      pushes: 2,
      events: 0,
    });
    expect((await sandbox.control('GET', '/judge')).body).toMatchObject({
      api: { push: { 200: 2 } },
      people: { shownOnce: 0, shownMoreOften: 1 },
      quotaUsed: 2,
    });
    const lines = (await (await fetch(`${sandbox.url}/sandbox/log/export`)).text()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual([1, 2]);
  });
});

describe('trouble on the line', () => {
  const plant = (kind: string, more = {}) => sandbox.control('POST', '/faults', { api: [{ kind, times: 1, ...more }] });

  it('cuts the connection after taking the message', async () => {
    await plant('cut_after');
    await expect(push(text)).rejects.toThrow();
    expect((await sandbox.control('GET', '/log')).body.entries).toMatchObject([{ status: 'cut', accepted: true }]);
    expect((await push(text)).status).toBe(200);
  });

  it('is slow', async () => {
    await plant('slow', { delayMs: 120 });
    const startedMs = performance.now();
    expect((await push(text)).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(115);
  });

  it('takes so many calls at once and no more', async () => {
    await sandbox.control('PUT', '/settings', { concurrency: { push: 2 }, apiLatencyMs: 100 });
    const statuses = await Promise.all([1, 2, 3, 4].map(async () => (await push(text)).status));
    expect(statuses.toSorted()).toEqual([200, 200, 429, 429]);
    expect((await push(text)).status).toBe(200);
  });

  it('revokes the access token until a new one is issued', async () => {
    await sandbox.control('POST', '/access-token/revoke');
    expect((await push(text)).status).toBe(401);
    const answer = await fetch(`${sandbox.url}/sandbox/access-token/reissue`, { method: 'POST' });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    expect((await push(text)).status).toBe(401);
    expect((await api('/v2/bot/message/push', { to: userId, messages: [text] }, accessToken)).status).toBe(200);
  });
});
