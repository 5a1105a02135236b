import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes, type AedesOptions } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { NodeId, StoreId } from '../../protocol/ids.ts';
import { everyNodes, sharedBy, topicOf } from '../../protocol/topics.ts';
import { mosquittoAcl } from '../core/broker-files.ts';
import { createMosquitto, type Mosquitto } from '../mosquitto.fixture.ts';
import { CLOUD, startClient } from './client.fixture.ts';
import type { BrokerClientDeps } from './client.ts';
import { ensureOwnCa } from './own-ca.ts';
import type { NodeWire } from './wire.ts';

const STORE = StoreId.parse('taipei-1');
const NODE = NodeId.parse('door-1');
const THIEF = 'door-2';
const ADMITTED = { users: { ...CLOUD.users, [NODE]: 'one', [THIEF]: 'two' }, acl: mosquittoAcl(CLOUD.user) };
const [EVENTS, STATUS] = [topicOf(STORE, NODE, 'events'), topicOf(STORE, NODE, 'status')];

async function openBroker(given: Parameters<typeof createMosquitto>[0] = ADMITTED): Promise<Mosquitto> {
  const broker = await createMosquitto(given);
  onTestFinished(() => broker.close());
  return broker;
}

function listen(url: string, given: Partial<BrokerClientDeps> = {}) {
  const heard: string[] = [];
  const wire = startClient({
    url,
    onMessage: async (_node, _store, channel, payload) => void heard.push(`${channel} ${payload.toString()}`),
    ...given,
  });
  onTestFinished(() => wire.stop());
  return { wire, heard };
}

const isUp = (wire: NodeWire) => vi.waitFor(() => expect(wire.state()).toEqual({}), { timeout: 8_000, interval: 10 });

async function connect(broker: Mosquitto, user: string, password: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync(broker.url(user, password), { clientId: user, reconnectPeriod: 50 });
  client.on('error', () => undefined);
  onTestFinished(() => void client.end(true));
  return client;
}

async function say(client: MqttClient, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => client.publishAsync(EVENTS, String(n), { qos: 1 })));
}

const sum = (...lists: string[][]) => lists.reduce((total, list) => total + list.length, 0);

describe('dispatchers on one broker', () => {
  it('share the events, and each hears what nodes say of themselves', async () => {
    const broker = await openBroker();
    await broker.start();
    const [one, two] = [listen(broker.url()), listen(broker.url())];
    await Promise.all([isUp(one.wire), isUp(two.wire)]);
    const node = await connect(broker, NODE, 'one');
    await say(node, 40);
    await node.publishAsync(STATUS, 'here', { qos: 1, retain: true });
    for (const { heard } of [one, two]) await vi.waitFor(() => expect(heard).toContain('status here'));
    await vi.waitFor(() => expect(sum(one.heard, two.heard)).toBe(42));
    for (const { heard } of [one, two]) expect(heard.length).toBeGreaterThan(10);
    // Nobody here can end a connection of a broker that is not ours.
    expect(await one.wire.drop(NODE)).toBe(false);
    expect(node.connected).toBe(true);
  });

  it('learn what was said before they came', async () => {
    const broker = await openBroker();
    await broker.start();
    const node = await connect(broker, NODE, 'one');
    await node.publishAsync(STATUS, 'here', { qos: 1, retain: true });
    const { wire, heard } = listen(broker.url());
    await isUp(wire);
    await vi.waitFor(() => expect(heard).toEqual(['status here']));
  });

  it('lose nothing to a node that joins a group of the name everybody knows', async () => {
    const broker = await openBroker();
    await broker.start();
    const { wire, heard } = listen(broker.url());
    await isUp(wire);
    const thief = await connect(broker, THIEF, 'two');
    await thief.subscribeAsync(sharedBy('dispatcher', everyNodes('events')), { qos: 1 });
    await say(await connect(broker, NODE, 'one'), 40);
    await vi.waitFor(() => expect(heard).toHaveLength(40));
  });
});

describe('the line', () => {
  it('begins when the broker does, and says meanwhile what is missing', async () => {
    const broker = await openBroker();
    const { wire } = listen(broker.url());
    await vi.waitFor(() => expect(wire.state().trouble).toMatch(/127\.0\.0\.1:\d+: .*ECONNREFUSED/));
    await expect(wire.publish(STORE, NODE, 'ack', 'done')).rejects.toThrow(/cannot be told/);
    await broker.start();
    await isUp(wire);
  });

  it('comes back after the broker died', async () => {
    const broker = await openBroker();
    await broker.start();
    const ups: boolean[] = [];
    const { wire, heard } = listen(broker.url(), { onUp: (shares) => void ups.push(shares) });
    await isUp(wire);
    await broker.end();
    await vi.waitFor(() => expect(wire.state().trouble).toBeDefined());
    await broker.start();
    await isUp(wire);
    await say(await connect(broker, NODE, 'one'), 3);
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    expect(ups).toEqual([true, true]);
  });

  it('says that it is not let in, and comes when it is', async () => {
    const broker = await openBroker({ ...ADMITTED, users: { [CLOUD.user]: 'another' } });
    await broker.start();
    const { wire } = listen(broker.url());
    await vi.waitFor(() => expect(wire.state().trouble).toMatch(/not authorized/i));
    broker.admit(ADMITTED);
    await isUp(wire);
  });

  it('says that it may not hear its own probe', async () => {
    const broker = await openBroker({ ...ADMITTED, acl: mosquittoAcl('somebody-else') });
    await broker.start();
    const { wire } = listen(broker.url());
    await vi.waitFor(() => expect(wire.state().trouble).toMatch(/does not share subscriptions|closed/), {
      timeout: 5_000,
    });
  });

  it('is encrypted, and goes to the broker that our authority vouches for', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'pharos-broker-tls-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const [ours, other] = await Promise.all(
      ['ours', 'other'].map((name) => ensureOwnCa(join(dir, name), ['localhost', '127.0.0.1'], Date.now())),
    );
    const pair = [`certfile ${join(dir, 'ours/broker.pem')}`, `keyfile ${join(dir, 'ours/broker.key')}`];
    const broker = await openBroker({ ...ADMITTED, settings: pair });
    await broker.start();
    const url = broker.url().replace('mqtt:', 'mqtts:');
    const { wire } = listen(url, { ca: ours?.ca });
    await isUp(wire);
    const doubting = listen(url, { ca: other?.ca });
    await vi.waitFor(() => expect(doubting.wire.state().trouble).toMatch(/certificate/));
  });

  it('holds messages back when too many are in hand, and takes them when there is room', async () => {
    const broker = await openBroker({ ...ADMITTED, settings: ['max_queued_messages 0'] });
    await broker.start();
    let begun = 0;
    let release: () => void = () => undefined;
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { wire } = listen(broker.url(), {
      onMessage: async () => {
        begun += 1;
        await open;
      },
    });
    await isUp(wire);
    await say(await connect(broker, NODE, 'one'), 700);
    await vi.waitFor(() => expect(begun).toBe(500));
    release();
    await vi.waitFor(() => expect(begun).toBe(700));
  });
});

/** Something that takes connections, gone when the test ends. */
async function openServer(
  take: (socket: Socket) => unknown,
): Promise<{ readonly url: string; readonly sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    take(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { url: `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, sockets };
}

async function openAedes(options: AedesOptions = {}): Promise<string> {
  const aedes = await Aedes.createBroker(options);
  onTestFinished(() => new Promise<void>((resolve) => aedes.close(() => resolve())));
  return (await openServer(aedes.handle)).url;
}

describe('the end', () => {
  it('comes although the broker owes us a PUBACK', async () => {
    const url = await openAedes({
      authorizePublish: (_client, { topic }, done) => {
        if (!topic.endsWith('/ack')) done(null);
      },
    });
    const { wire } = listen(url);
    await vi.waitFor(() => expect(wire.state().trouble).toMatch(/does not share/), { timeout: 5_000 });
    const told = wire.publish(STORE, NODE, 'ack', 'done');
    await Promise.all([expect(told).rejects.toThrow(/closed/), wire.stop()]);
  });

  it('leaves no connection that was still being made', async () => {
    const { url, sockets } = await openServer((socket) => socket.resume());
    const { wire } = listen(url);
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    await wire.stop();
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true));
  });
});

it('a broker that grants shared subscriptions and delivers nothing is heard all the same', async () => {
  const url = await openAedes();
  const { wire, heard } = listen(url);
  expect(wire.state().isDeaf).toBe(true);
  await vi.waitFor(() => expect(wire.state().trouble).toMatch(/does not share/), { timeout: 5_000 });
  expect(wire.state().isDeaf).toBeUndefined();
  const node = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
  onTestFinished(() => void node.end(true));
  await say(node, 5);
  await vi.waitFor(() => expect(heard).toHaveLength(5));
});
