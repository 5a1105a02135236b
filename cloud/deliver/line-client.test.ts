import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AccessTokens, fixedToken } from './access-token.ts';
import { limitFetch } from './fetch-deadline.ts';
import { createLineClient } from './line-client.ts';
import { createLineTransport, neverConnected } from './line-transport.ts';

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

const openLine = (origin: string) => {
  const transport = createLineTransport(origin, { connectMs: 300, answerMs: 300 });
  onTestFinished(() => transport.close());
  return createLineClient({ transport, tokens: fixedToken(() => 'token') });
};

/** A Messaging API that always says the same, or never anything. */
async function openApi(answer: Answer | 'silence' | 'cut') {
  const seen: { path: string; retryKey: unknown; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8') || 'null');
    seen.push({ path: request.url ?? '', retryKey: request.headers['x-line-retry-key'], body });
    if (answer === 'cut') request.socket.destroy();
    else if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end(answer.body ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, seen, line: openLine(origin) };
}
const MESSAGES = [{ type: 'text', text: 'hi' }];
const KEY = '123e4567-e89b-12d3-a456-426614174000';
const PUSH = { to: 'Ualice', messages: MESSAGES, retryKey: KEY };
const message = (text: string): string => JSON.stringify({ message: text });

describe('what LINE says', () => {
  it.each<[string, Answer | 'cut', unknown]>([
    ['200', { status: 200, headers: { 'x-line-request-id': 'r1' } }, { at: 'accepted', requestId: 'r1' }],
    [
      '409',
      {
        status: 409,
        headers: { 'x-line-accepted-request-id': 'r0' },
        body: message('The retry key is already accepted'),
      },
      { at: 'accepted-before', requestId: 'r0' },
    ],
    [
      '400',
      { status: 400, body: message('Failed to send messages') },
      { at: 'refused', status: 400, message: 'Failed to send messages' },
    ],
    ['400, the token', { status: 400, body: message('Invalid reply token') }, { at: 'invalid-reply-token' }],
    ['401', { status: 401, body: message('Authentication failed') }, { at: 'unauthorized' }],
    ['403', { status: 403, body: message('Not available') }, { at: 'refused', status: 403, message: 'Not available' }],
    [
      '429, too fast',
      { status: 429, body: message('The API rate limit has been exceeded. Try again later.') },
      { at: 'rate-limited' },
    ],
    [
      '429, of a kind nobody knows',
      { status: 429, body: message('Slow down') },
      { at: 'too-many', message: 'Slow down' },
    ],
    [
      '429, too much',
      { status: 429, body: message('You have reached your monthly limit.') },
      { at: 'quota-exhausted' },
    ],
    ['500', { status: 500 }, { at: 'no-answer', detail: 'LINE answered 500' }],
    ['503', { status: 503 }, { at: 'no-answer', detail: 'LINE answered 503' }],
    ['nothing: cut off', 'cut', { at: 'no-answer', detail: expect.stringContaining('SocketError') }],
  ])('%s', async (_name, answer, outcome) => {
    const { line } = await openApi(answer);
    expect(await line.push(PUSH)).toEqual(outcome);
  });
});

describe('what somebody else says in its name', () => {
  const PORTAL = '<html>Welcome to the rate limit of Free Wi-Fi</html>';
  it.each([200, 204, 302, 400, 401, 403, 407, 409, 413])('%i says nothing about the message', async (status) => {
    const { line } = await openApi({ status, body: PORTAL });
    const detail = expect.stringContaining(`${status} is not LINE's: ${status === 204 ? '' : PORTAL}`);
    expect(await line.push(PUSH)).toEqual({ at: 'no-answer', detail });
  });

  it.each(['{}', '{"error":"no"}', 'null', '[]'])('400 with %s neither', async (body) => {
    const { line } = await openApi({ status: 400, body });
    expect(await line.push(PUSH)).toMatchObject({ at: 'no-answer' });
  });

  it('429 is too much for all: a box that counts calls lets none through', async () => {
    const { line } = await openApi({ status: 429, body: PORTAL });
    expect(await line.push(PUSH)).toEqual({ at: 'rate-limited' });
  });

  it('neither judges messages nor tells the quota', async () => {
    const { line } = await openApi({ status: 400, body: PORTAL });
    const unreachable = {
      ok: false,
      reject: { code: 'unreachable', detail: expect.stringContaining('400 is not LINE') },
    };
    expect(await line.validate('push', MESSAGES)).toEqual(unreachable);
    expect(await line.quota()).toEqual(unreachable);
  });

  it('has no say about the access token', async () => {
    const { origin, seen } = await openApi({ status: 401, body: PORTAL });
    const transport = createLineTransport(origin);
    onTestFinished(() => transport.close());
    const told: string[] = [];
    const tokens: AccessTokens = {
      get: async () => 'token',
      async refused() {
        told.push('refused');
        return 'another';
      },
      taken: () => void told.push('taken'),
      trouble: () => undefined,
    };
    await createLineClient({ transport, tokens }).push(PUSH);
    expect([seen.length, told]).toEqual([1, []]);
  });
});

describe('a call that never left', () => {
  /** An address of this machine where nobody listens. */
  async function deadOrigin(host: string): Promise<string> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return `http://${host}:${port}`;
  }

  it.each([
    ['nobody listens', '127.0.0.1', 'ECONNREFUSED'],
    ['nobody listens at any address of the name', 'localhost', ''],
    ['the name means nothing', 'line.invalid', 'getaddrinfo'],
  ])('%s', async (_name, host, detail) => {
    const line = openLine(await deadOrigin(host));
    expect(await line.push(PUSH)).toEqual({ at: 'not-sent', detail: expect.stringContaining(detail) });
  });

  it.each([
    ['the network is gone', { code: 'EHOSTUNREACH', syscall: 'connect' }, true],
    ['no connection in time', { code: 'UND_ERR_CONNECT_TIMEOUT' }, true],
    ['a certificate of somebody else', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, true],
    ['the network goes in the middle of the call', { code: 'EHOSTUNREACH', syscall: 'read' }, false],
    ['the other side hangs up', { code: 'ECONNRESET', syscall: 'read' }, false],
    ['no answer in time', { code: 'UND_ERR_HEADERS_TIMEOUT' }, false],
  ])('%s', (_name, facts, never) => {
    expect(neverConnected(Object.assign(new Error('broken'), facts))).toBe(never);
  });

  it('a LINE that takes no connection', async () => {
    // It listens and never takes one: once its short queue is full, further ones are not even refused.
    const deaf = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
      require('node:fs').writeSync(1, String(this.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    })`;
    const child = spawn(process.execPath, ['-e', deaf], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const crowd = Array.from({ length: 4 }, () => connect(Number(port.toString()), '127.0.0.1'));
    onTestFinished(() => {
      for (const socket of crowd) socket.destroy();
    });
    await once(crowd[0] as Socket, 'connect');
    const line = openLine(`http://127.0.0.1:${port.toString()}`);
    expect(await line.push(PUSH)).toEqual({
      ...{ at: 'not-sent', detail: expect.stringMatching(/ConnectTimeout|no connection within 600 ms/) },
    });
  });
});

it('pushes with its key, to one or to several, and replies without one', async () => {
  const { line, seen } = await openApi({ status: 200, headers: { 'x-line-request-id': 'r1' } });
  await line.push(PUSH);
  const several = await line.multicast({ ...PUSH, to: ['Ualice', 'Ubob'] });
  expect(several).toEqual({ at: 'accepted', requestId: 'r1' });
  await line.reply({ replyToken: 't1', messages: MESSAGES });
  expect(seen).toEqual([
    { path: '/v2/bot/message/push', retryKey: KEY, body: { to: 'Ualice', messages: MESSAGES } },
    { path: '/v2/bot/message/multicast', retryKey: KEY, body: { to: ['Ualice', 'Ubob'], messages: MESSAGES } },
    { path: '/v2/bot/message/reply', retryKey: undefined, body: { replyToken: 't1', messages: MESSAGES } },
  ]);
});

it('says that a call LINE does not answer is in doubt', async () => {
  const { line } = await openApi('silence');
  expect(await line.push(PUSH)).toEqual({ at: 'no-answer', detail: expect.stringContaining('Timeout') });
});

it('reads no answer that has no end', async () => {
  const { line } = await openApi({ status: 200, body: ' '.repeat(300_000) });
  expect(await line.push(PUSH)).toEqual({ at: 'no-answer', detail: expect.stringContaining('exceeded') });
});

describe('a deadline for the calls of the SDK', () => {
  it('ends those to LINE, and leaves all others alone', async () => {
    const { origin } = await openApi('silence');
    const elsewhere = await openApi({ status: 200 });
    const before = globalThis.fetch;
    const undo = limitFetch(origin, 50);
    onTestFinished(undo);
    await expect(fetch(`${origin}/v2/bot/info`)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await fetch(elsewhere.origin)).status).toBe(200);
    undo();
    expect(globalThis.fetch).toBe(before);
  });

  it('takes back only what is still its own', async () => {
    const before = globalThis.fetch;
    onTestFinished(() => {
      globalThis.fetch = before;
    });
    const undo = limitFetch('http://127.0.0.1:9', 50);
    const later: typeof fetch = () => Promise.reject(new Error('never called'));
    globalThis.fetch = later;
    undo();
    expect(globalThis.fetch).toBe(later);
  });
});
