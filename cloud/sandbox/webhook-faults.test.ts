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

/** A platform and a bot that says `statuses` to what it is sent, and yes to everything behind them. */
async function world(faults: object, settings: Partial<SandboxSettings> = {}, statuses: readonly number[] = []) {
  const received: { body: string; signature: string }[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      received.push({ body, signature: String(incoming.headers['x-line-signature']) });
      response.writeHead(statuses[received.length - 1] ?? 200).end();
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
const AGAIN = { redelivery: { enabled: true, delaysMs: [1] } };
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

it('counts what came twice as one event', async () => {
  const { host, say, log } = await world(once('duplicate'));
  say('one');
  await eventually(() => expect(log()).toHaveLength(2));
  expect(log().filter((entry) => 'copy' in entry)).toHaveLength(1);
  expect(host.log.counts.of(ALICE)).toMatchObject({ events: 1 });
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

it.each([
  ['unreachable', 1, 'could_not_connect'],
  ['answer_lost', 2, 'request_timeout'],
])('%s: comes again where redelivery is on, which is the only difference', async (kind, heard, outcome) => {
  const { say, received, log } = await world(once(kind), AGAIN);
  say('one');
  await eventually(() => expect(log()).toMatchObject([{ result: { outcome }, fault: kind }, { attempt: 2 }]));
  expect(log()[1]).toMatchObject({ isRedelivery: true, result: { outcome: 'success' } });
  const bodies = received.map(({ body }) => body);
  expect(bodies).toHaveLength(heard);
  expect(JSON.parse(bodies.at(-1) ?? '').events[0].deliveryContext).toEqual({ isRedelivery: true });
  if (heard === 2) expect(bodies[1]?.replace('"isRedelivery":true', '"isRedelivery":false')).toBe(bodies[0]);
});

it.each(['unreachable', 'answer_lost', 'lose'])('%s: does not come again where it is off', async (kind) => {
  const { say, log } = await world(once(kind));
  say('one');
  await eventually(() => expect(log()).toMatchObject([{ fault: kind }]));
  say('two');
  await eventually(() =>
    expect(log()).toMatchObject([{ fault: kind }, { attempt: 1, result: { outcome: 'success' } }]),
  );
});

it('an unreachable bot knows no token', async () => {
  const { host, say, log } = await world(once('unreachable'));
  say('one');
  await eventually(() => expect(log()).toHaveLength(1));
  expect([...host.state.replyTokens.values()].map(({ deliveredAtMs }) => deliveredAtMs)).toEqual([undefined]);
});

it('says the same again, a twist and all, and the whole body to who refused it', async () => {
  const settings = { ...AGAIN, webhookBatch: { maxEvents: 2, withinMs: 1_000 } };
  const { say, texts, received } = await world(once('standby'), settings, [500]);
  say('one');
  say('two');
  await eventually(() => expect(texts()).toEqual(Array(2).fill(['one', 'two'])));
  const [first, again] = received.map(({ body }) => body);
  expect(JSON.parse(again ?? '').events.map(({ mode }: { mode: string }) => mode)).toEqual(['standby', 'standby']);
  expect(again?.replaceAll('"isRedelivery":true', '"isRedelivery":false')).toBe(first);
});

it('leaves out the source, comes with spaces, and of a type nobody knows', async () => {
  const kinds = ['no_source', 'unknown_fields', 'unknown_values'];
  const { say, received } = await world({ webhook: kinds.map((kind) => ({ kind, times: 1 })) });
  for (const [i, kind] of kinds.entries()) {
    say(kind);
    await eventually(() => expect(received).toHaveLength(i + 1));
  }
  const [noSource, spaced, strange] = received.map(({ body }) => JSON.parse(body).events[0]);
  expect(noSource).toMatchObject({ replyToken: expect.any(String), message: { type: 'text' } });
  expect(noSource).not.toHaveProperty('source');
  expect(received[1]?.body).toContain('\n  "events": [');
  expect(received[1]?.signature).toBe(signatureOf(CHANNEL.secret, received[1]?.body ?? ''));
  expect(spaced).toMatchObject({ source: { userId: ALICE } });
  expect(strange).toMatchObject({ message: { type: 'unheard_of', text: 'unknown_values' } });
});
