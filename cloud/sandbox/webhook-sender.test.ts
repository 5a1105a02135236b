import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createHost, type Host } from './host.ts';
import { ALICE, CHANNEL, request } from './platform/platform.fixture.ts';
import type { SandboxSettings } from './platform/settings.ts';
import { makeUser } from './platform/user.ts';
import { signatureOf } from './platform/webhook.ts';
import { eventually } from './sandbox.fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

interface Delivery {
  readonly body: string;
  readonly signature: string;
  readonly event: {
    webhookEventId: string;
    replyToken: string;
    timestamp: number;
    deliveryContext: { isRedelivery: boolean };
  };
}

/** A bot on a free port that answers with `statuses` in turn (`null`: never), the last one for ever. */
async function bot(statuses: readonly (number | null)[]) {
  const deliveries: Delivery[] = [];
  const server = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      const status = statuses[Math.min(deliveries.length, statuses.length - 1)];
      deliveries.push({
        body,
        signature: String(incoming.headers['x-line-signature']),
        event: JSON.parse(body).events[0],
      });
      if (typeof status === 'number') response.writeHead(status, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/line/webhook`, deliveries };
}

function platform(settings: Partial<SandboxSettings>): Host {
  const host = createHost({ channel: CHANNEL, settings });
  host.state.users.set(ALICE, makeUser(ALICE, {}));
  cleanups.push(() => host.close());
  return host;
}

const outcomes = (host: Host) =>
  host.log
    .after(0)
    .entries.flatMap((entry) => (entry.kind === 'webhook' ? [{ ...entry.result, attempt: entry.attempt }] : []));

it('signs what it sends', async () => {
  const { url, deliveries } = await bot([200]);
  const host = platform({ webhookUrl: url });
  const id = host.emit(ALICE, { type: 'message', text: '你好' });
  await eventually(() => expect(outcomes(host)).toMatchObject([{ outcome: 'success', status: 200 }]));
  const [delivery] = deliveries;
  expect(delivery?.event.webhookEventId).toBe(id);
  expect(delivery?.signature).toBe(signatureOf(CHANNEL.secret, delivery?.body ?? ''));
});

it.each([
  ['a 500', [500], 'error_status_code'],
  ['a redirect, which LINE does not follow', [302], 'error_status_code'],
  ['no answer in time', [null], 'request_timeout'],
] as const)('names the failure of %s', async (_case, statuses, outcome) => {
  const { url, deliveries } = await bot(statuses);
  const host = platform({ webhookUrl: url, webhookTimeoutMs: 100 });
  host.emit(ALICE, { type: 'message', text: 'hi' });
  await eventually(() => expect(outcomes(host)).toMatchObject([{ outcome }]));
  expect(deliveries).toHaveLength(1);
});

it('names a server that is not there, and an address that is not set', async () => {
  const absent = createServer();
  await new Promise<void>((resolve) => absent.listen(0, '127.0.0.1', resolve));
  const { port } = absent.address() as AddressInfo;
  await new Promise((resolve) => absent.close(resolve));
  const host = platform({ webhookUrl: `http://127.0.0.1:${port}/` });
  host.emit(ALICE, { type: 'message', text: 'hi' });
  await eventually(() => expect(outcomes(host)).toMatchObject([{ outcome: 'could_not_connect' }]));
  const mute = platform({});
  mute.emit(ALICE, { type: 'message', text: 'hi' });
  expect(outcomes(mute)).toMatchObject([{ outcome: 'not_sent' }]);
});

it('redelivers the same event with the same token until it is taken', async () => {
  const { url, deliveries } = await bot([500, 503, 200]);
  const host = platform({ webhookUrl: url, redelivery: { enabled: true, delaysMs: [1, 1, 1, 1] } });
  host.emit(ALICE, { type: 'message', text: 'hi' });
  await eventually(() => expect(outcomes(host).at(-1)).toMatchObject({ outcome: 'success', attempt: 3 }));
  expect(deliveries.map(({ event }) => event.deliveryContext.isRedelivery)).toEqual([false, true, true]);
  const plain = deliveries.map(({ body }) => body.replace('"isRedelivery":true', '"isRedelivery":false'));
  expect(new Set(plain).size).toBe(1);
  for (const { body, signature } of deliveries) expect(signature).toBe(signatureOf(CHANNEL.secret, body));
});

it('plays a duplicate and a lost webhook', async () => {
  const { url, deliveries } = await bot([200]);
  const host = platform({ webhookUrl: url });
  host.state.faults = {
    api: [],
    webhook: [
      { kind: 'duplicate', times: 1 },
      { kind: 'lose', times: 1 },
    ],
  };
  host.emit(ALICE, { type: 'message', text: 'twice' });
  await eventually(() => expect(outcomes(host)).toHaveLength(2));
  expect(deliveries[0]?.body).toBe(deliveries[1]?.body);
  host.emit(ALICE, { type: 'message', text: 'never' });
  expect(outcomes(host).at(-1)).toMatchObject({ outcome: 'lost' });
  expect(deliveries).toHaveLength(2);
});

it('opens the reply token with the delivery, and not for a lost webhook', async () => {
  const { url, deliveries } = await bot([200]);
  const host = platform({ webhookUrl: url });
  host.emit(ALICE, { type: 'message', text: 'hi' });
  await eventually(() => expect(deliveries).toHaveLength(1));
  const reply = (replyToken: string) =>
    host.api(request('POST', '/v2/bot/message/reply', { replyToken, messages: [{ type: 'text', text: 'hello' }] }));
  expect(await reply(deliveries[0]?.event.replyToken ?? '')).toMatchObject({ response: { status: 200 } });
  expect(host.chats.of(ALICE)).toMatchObject([{ from: 'account', via: 'reply', message: { text: 'hello' } }]);

  host.state.faults = { api: [], webhook: [{ kind: 'lose' }] };
  host.emit(ALICE, { type: 'message', text: 'lost' });
  const unheard = [...host.state.replyTokens.keys()].at(-1) ?? '';
  expect(await reply(unheard)).toMatchObject({ response: { status: 400 } });
});
