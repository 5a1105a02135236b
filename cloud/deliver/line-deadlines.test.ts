import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { fixedToken } from './access-token.ts';
import { createLineClient, LONGEST_SEND_MS } from './line-client.ts';
import { createLineTransport, type LineAnswer, type LineTransport, LONGEST_CALL_MS } from './line-transport.ts';
import { statelessTokens } from './stateless-token.ts';

const PUSH = { to: 'Ualice', messages: [{ type: 'text', text: 'hi' }], retryKey: 'key' };
const CALL = { method: 'POST', path: '/', headers: {}, body: '{}' } as const;

async function openServer(listener: RequestListener, answerMs: number) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = createLineTransport(origin, { connectMs: 100, answerMs });
  onTestFinished(() => transport.end());
  return transport;
}

describe('one call', () => {
  it('ends although its answer drips in and never stops', async () => {
    let drops: NodeJS.Timeout | undefined;
    const transport = await openServer((_request, response) => {
      response.writeHead(200);
      drops = setInterval(() => response.write(' '), 20);
    }, 300);
    onTestFinished(() => clearInterval(drops));
    expect(await transport.call(CALL)).toEqual({ at: 'no-answer', detail: expect.stringContaining('within 400 ms') });
  });

  it('is not made, then or later, where no connection was free in time', async () => {
    const waiting: ServerResponse[] = [];
    const transport = await openServer((_request, response) => void waiting.push(response), 20_000);
    const all = Array.from({ length: 256 }, () => transport.call(CALL));
    expect(await transport.call({ ...CALL, withinMs: 50 })).toMatchObject({ at: 'not-sent' });
    await vi.waitFor(() => expect(waiting).toHaveLength(256), 10_000);
    for (const response of waiting.splice(0)) response.end('{}');
    for (const answer of await Promise.all(all)) expect(answer).toMatchObject({ status: 200 });
    const next = transport.call(CALL);
    await vi.waitFor(() => expect(waiting).toHaveLength(1), 10_000);
    waiting[0]?.end('{}');
    expect(await next).toMatchObject({ status: 200 });
    expect(waiting).toHaveLength(1);
  });
});

describe('a message, with the tokens it takes', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
  });
  const startedAt = () => performance.now();

  /** A LINE that uses up all the time it is given, and issues tokens or does not. */
  function openLine(answers: { readonly token: number; readonly push: number }, takesMs = Number.POSITIVE_INFINITY) {
    const asked: string[] = [];
    const transport: LineTransport = {
      async call({ path, withinMs = LONGEST_CALL_MS }) {
        asked.push(path);
        vi.advanceTimersByTime(Math.min(withinMs, LONGEST_CALL_MS, takesMs));
        const status = path.startsWith('/oauth2') ? answers.token : answers.push;
        const body = JSON.stringify({ access_token: `t${asked.length}`, expires_in: 900, message: 'told by LINE' });
        return { at: 'answered', status, header: () => undefined, body } satisfies LineAnswer;
      },
      close: async () => undefined,
      end: async () => undefined,
    };
    const deps = { transport, channelId: '1', channelSecrets: () => ['a', 'b', 'c'], now: () => epochMs(0) };
    return { line: createLineClient({ transport, tokens: statelessTokens(deps) }), asked };
  }

  it('waits for a token no longer than for a call, however many secrets there are', async () => {
    const from = startedAt();
    const { line, asked } = openLine({ token: 400, push: 200 }, 3_000);
    expect(await line.push(PUSH)).toMatchObject({ at: 'not-sent' });
    expect([asked.length, performance.now() - from]).toEqual([2, LONGEST_CALL_MS]);
  });

  it.each([
    ['every step takes as long as it may', Number.POSITIVE_INFINITY, 2],
    ['there is time for another token, not for the call', 4_000, 2],
    ['there is time for another token', 2_500, 4],
  ])('ends in time where LINE refuses the token and %s', async (_name, takesMs, steps) => {
    const from = startedAt();
    const { line, asked } = openLine({ token: 200, push: 401 }, takesMs);
    expect(await line.push(PUSH)).toEqual({ at: 'unauthorized' });
    expect(asked).toHaveLength(steps);
    expect(performance.now() - from).toBeLessThanOrEqual(LONGEST_SEND_MS);
  });

  it('is not sent any more once we stop, while questions are still answered', async () => {
    const { line, asked } = openLine({ token: 200, push: 200 }, 1);
    line.stop();
    expect(await line.push(PUSH)).toMatchObject({ at: 'not-sent' });
    expect(await line.validate('push', PUSH.messages)).toEqual({ ok: true, value: undefined });
    expect(asked).toEqual(['/oauth2/v3/token', '/v2/bot/message/validate/push']);
  });

  it('is not sent again with another token once we stop', async () => {
    const asked: string[] = [];
    const transport: LineTransport = {
      async call({ path }) {
        asked.push(path);
        line.stop();
        return { at: 'answered', status: 401, header: () => undefined, body: '{"message":"no"}' };
      },
      close: async () => undefined,
      end: async () => undefined,
    };
    const line = createLineClient({ transport, tokens: { ...fixedToken(() => 'a'), refused: async () => 'b' } });
    expect(await line.push(PUSH)).toEqual({ at: 'unauthorized' });
    expect(asked).toHaveLength(1);
  });
});
