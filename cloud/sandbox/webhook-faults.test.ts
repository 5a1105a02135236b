import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createHost } from './host.ts';
import { Faults } from './platform/faults.ts';
import { ALICE, CHANNEL } from './platform/platform.fixture.ts';
import type { SandboxSettings } from './platform/settings.ts';
import { makeUser } from './platform/user.ts';
import { signatureOf } from './platform/webhook.ts';
import { eventually } from './sandbox.fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A platform and a bot that says yes to everything it is sent. */
async function world(faults: object, settings: Partial<SandboxSettings> = {}) {
  const received: { body: string; signature: string }[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      received.push({ body, signature: String(incoming.headers['x-line-signature']) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const host = createHost({ channel: CHANNEL, settings: { webhookUrl, ...settings } });
  host.state.users.set(ALICE, makeUser(ALICE, {}));
  host.setFaults(Faults.parse(faults));
  cleanups.push(() => {
    host.close();
    server.closeAllConnections();
    server.close();
  });
  const say = (text: string) => host.emit(ALICE, { type: 'message', text });
  const texts = () =>
    received.map(({ body }) =>
      JSON.parse(body).events.map(
        (event: { message?: { text: string }; type: string }) => event.message?.text ?? event.type,
      ),
    );
  const log = () => host.log.find({ kind: 'webhook' }).entries;
  return { host, received, say, texts, log };
}
const once = (kind: string, more = {}) => ({ webhook: [{ kind, times: 1, ...more }] });

it.each([
  ['unknown_event', [['teleport', 'one']]],
  ['empty', [[], ['one']]],
  ['duplicate', [['one'], ['one']]],
])('%s', async (kind, expected) => {
  const { say, texts } = await world(once(kind));
  say('one');
  await eventually(() => expect(texts()).toEqual(expected));
});

it('turns the order round', async () => {
  const { say, texts } = await world(once('hold'));
  say('one');
  say('two');
  await eventually(() => expect(texts()).toEqual([['two'], ['one']]));
});

it('is late where delay is asked for, and the token opens with the delivery', async () => {
  const { host, say, texts, received } = await world(once('delay', { delayMs: 30 }));
  say('late');
  say('in time');
  await eventually(() => expect(texts()).toEqual([['in time'], ['late']]));
  const { replyToken } = JSON.parse(received[1]?.body ?? '').events[0];
  expect(host.state.replyTokens.get(replyToken)?.deliveredAtMs).toBeDefined();
});

it('signs wrongly', async () => {
  const { say, received } = await world(once('wrong_signature'));
  say('one');
  await eventually(() => expect(received).toHaveLength(1));
  expect(received[0]?.signature).not.toBe(signatureOf(CHANNEL.secret, received[0]?.body ?? ''));
});

it('sends standby without a reply token, and properties nobody knows', async () => {
  const { say, received } = await world({ webhook: [...once('standby').webhook, ...once('unknown_fields').webhook] });
  say('one');
  await eventually(() => expect(received).toHaveLength(1));
  say('two');
  await eventually(() => expect(received).toHaveLength(2));
  const [standby, strange] = received.map(({ body }) => JSON.parse(body).events[0]);
  expect(standby).toMatchObject({ mode: 'standby', message: { text: 'one' } });
  expect(standby).not.toHaveProperty('replyToken');
  expect(strange).toMatchObject({ mode: 'active', weather: {}, message: { text: 'two', aura: 'violet' } });
});

it('puts several events into one body', async () => {
  const { say, texts, log } = await world({}, { webhookBatch: { maxEvents: 3, withinMs: 50 } });
  for (const text of ['1', '2', '3', '4']) say(text);
  await eventually(() => expect(texts()).toEqual([['1', '2', '3'], ['4']]));
  await eventually(() => expect(log()).toMatchObject([{ together: 3 }, { together: 3 }, { together: 3 }, {}]));
});

it('holds events while LINE is away, and sends them when it is back', async () => {
  const { say, texts } = await world({ away: { forMs: 60 } });
  say('one');
  say('two');
  expect(texts()).toEqual([]);
  await eventually(() => expect(texts().flat().toSorted()).toEqual(['one', 'two']));
});

it('loses them where that is asked for; who is not away any more is heard at once', async () => {
  const { host, say, texts, log } = await world({ away: { webhooks: 'lost' } });
  say('one');
  expect(log()).toMatchObject([{ result: { outcome: 'lost' }, fault: 'away' }]);
  host.setFaults(Faults.parse({ away: {} }));
  say('two');
  host.setFaults(Faults.parse({}));
  await eventually(() => expect(texts()).toEqual([['two']]));
});
