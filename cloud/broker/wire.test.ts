import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { NodeId, StoreId } from '../../protocol/ids.ts';
import { topicOf, UPLINK_CHANNELS } from '../../protocol/topics.ts';
import { mosquittoAcl } from '../core/broker-files.ts';
import { createMosquitto } from '../mosquitto.fixture.ts';
import { startBroker } from './broker.ts';
import { CLOUD, startClient } from './client.fixture.ts';
import type { NodeWire, WireDeps } from './wire.ts';

/** The wire to the nodes, whoever's broker it is: one suite for both. */

const STORE = StoreId.parse('taipei-1');
const ELSEWHERE = StoreId.parse('taipei-2');
const NODE = NodeId.parse('door-1');
const OTHER = NodeId.parse('door-2');
const passwordOf = (nodeId: string): string => `password-of-${nodeId}`;

type Open = (deps: WireDeps) => Promise<{ readonly wire: NodeWire; readonly port: number }>;

const embedded: Open = async (deps) => {
  const login = async (nodeId: string, password: string) => password === passwordOf(nodeId);
  const wire = await startBroker({ host: '127.0.0.1', port: 0, login, ...deps });
  return { wire, port: wire.port };
};

const mosquitto =
  (version: 4 | 5): Open =>
  async (deps) => {
    const users = { ...CLOUD.users, [NODE]: passwordOf(NODE), [OTHER]: passwordOf(OTHER) };
    const broker = await createMosquitto({ users, acl: mosquittoAcl(CLOUD.user) });
    onTestFinished(() => broker.close());
    await broker.start();
    return { wire: startClient({ ...deps, url: broker.url(), version }), port: broker.port };
  };

describe.each([
  ['the embedded broker', embedded],
  ['Mosquitto', mosquitto(4)],
  ['Mosquitto by MQTT 5', mosquitto(5)],
])('the wire through %s', (_name, open) => {
  async function openWire(onMessage?: WireDeps['onMessage']) {
    const heard: string[] = [];
    const refused: string[] = [];
    const { wire, port } = await open({
      onMessage: async (nodeId, storeId, channel, payload) => {
        heard.push(`${storeId}/${nodeId}/${channel} ${payload.toString()}`);
        await onMessage?.(nodeId, storeId, channel, payload);
      },
      onRefused: (what) => void refused.push(what),
    });
    onTestFinished(() => wire.stop());
    await vi.waitFor(() => expect(wire.state().trouble).toBeUndefined(), { timeout: 5_000, interval: 10 });
    const connect = async (nodeId: NodeId = NODE, options: IClientOptions = {}): Promise<MqttClient> => {
      const login = { username: nodeId, password: passwordOf(nodeId), clientId: nodeId };
      const url = `mqtt://127.0.0.1:${port}`;
      const client = await mqtt.connectAsync(url, { ...login, reconnectPeriod: 20, ...options });
      client.on('error', () => undefined);
      onTestFinished(() => void client.end(true));
      return client;
    };
    const hears = (...lines: string[]) =>
      vi.waitFor(() => expect(heard).toEqual(lines), { timeout: 5_000, interval: 10 });
    return { wire, heard, refused, connect, hears };
  }

  /** Everything a client gets, as lines. */
  function inbox(client: MqttClient): string[] {
    const got: string[] = [];
    client.on('message', (topic, payload) => void got.push(`${topic} ${payload.toString()}`));
    return got;
  }

  it('hears what a node says, and where to answer', async () => {
    const { connect, hears } = await openWire();
    const client = await connect();
    for (const channel of UPLINK_CHANNELS) {
      await client.publishAsync(topicOf(STORE, NODE, channel), 'hi', { qos: 1 });
    }
    await client.publishAsync(topicOf(ELSEWHERE, NODE, 'status'), 'moved', { qos: 1 });
    await hears(...UPLINK_CHANNELS.map((channel) => `taipei-1/door-1/${channel} hi`), 'taipei-2/door-1/status moved');
  });

  it.each([
    ["another node's events", topicOf(STORE, OTHER, 'events')],
    ['its own ack', topicOf(STORE, NODE, 'ack')],
  ])('hears nothing a node says on %s', async (_what, topic) => {
    const { connect, hears } = await openWire();
    const [client, other] = [await connect(), await connect(OTHER)];
    const got = inbox(client);
    await client.subscribeAsync(topicOf(STORE, NODE, 'ack'), { qos: 1 });
    client.publish(topic, 'hi', { qos: 1 }, () => undefined);
    await other.publishAsync(topicOf(STORE, OTHER, 'health'), 'all along', { qos: 1 });
    await hears('taipei-1/door-2/health all along');
    expect(got).toEqual([]);
  });

  it('tells a node what is for it, and no other', async () => {
    const { wire, connect } = await openWire();
    const [client, other] = [await connect(), await connect(OTHER)];
    const [got, overheard] = [inbox(client), inbox(other)];
    await client.subscribeAsync(topicOf(STORE, NODE, 'ack'), { qos: 1 });
    // Mosquitto grants it and delivers nothing; the embedded broker refuses it.
    for (const topic of [topicOf(STORE, NODE, 'ack'), 'pharos/v1/+/+/ack', '#']) {
      await other.subscribeAsync(topic, { qos: 1 }).catch(() => undefined);
    }
    await other.subscribeAsync(topicOf(STORE, OTHER, 'ack'), { qos: 1 });
    await wire.publish(STORE, NODE, 'ack', 'yours');
    await wire.publish(STORE, OTHER, 'ack', 'mine');
    await vi.waitFor(() => expect(got).toEqual(['pharos/v1/taipei-1/door-1/ack yours']));
    await vi.waitFor(() => expect(new Set(overheard)).toEqual(new Set(['pharos/v1/taipei-1/door-2/ack mine'])));
  });

  it('keeps the desired configuration for a node that comes later, and no command', async () => {
    const { wire, connect } = await openWire();
    await wire.publish(STORE, NODE, 'command', 'too early');
    await wire.publish(STORE, NODE, 'config/desired', 'v1');
    const client = await connect();
    const got = inbox(client);
    await client.subscribeAsync([topicOf(STORE, NODE, 'command'), topicOf(STORE, NODE, 'config/desired')], { qos: 1 });
    await vi.waitFor(() => expect(got).toEqual(['pharos/v1/taipei-1/door-1/config/desired v1']));
  });

  it('hears the will of a node that goes without a word', async () => {
    const { connect, hears } = await openWire();
    const will = { topic: topicOf(STORE, NODE, 'status'), payload: Buffer.from('gone'), qos: 1, retain: true } as const;
    const client = await connect(NODE, { will, reconnectPeriod: 0 });
    await client.publishAsync(will.topic, 'here', { qos: 1, retain: true });
    client.stream.destroy();
    await hears('taipei-1/door-1/status here', 'taipei-1/door-1/status gone');
  });

  it('hears again what could not be taken', async () => {
    let fails = 1;
    const { connect, heard } = await openWire(async () => {
      fails -= 1;
      if (fails === 0) throw new Error('disk full');
    });
    const client = await connect(NODE, { clean: false });
    await client.publishAsync(topicOf(STORE, NODE, 'status'), 'here', { qos: 1, retain: true });
    await vi.waitFor(() => expect(heard).toEqual(['taipei-1/door-1/status here', 'taipei-1/door-1/status here']), {
      timeout: 5_000,
      interval: 10,
    });
  });

  it('hears a node in its order although the first takes longer', async () => {
    const done: string[] = [];
    let release: () => void = () => undefined;
    const { connect, heard } = await openWire(async (_node, _store, _channel, payload) => {
      if (payload.toString() === 'here') {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      done.push(payload.toString());
    });
    onTestFinished(() => release());
    const client = await connect();
    client.publish(topicOf(STORE, NODE, 'status'), 'here', { qos: 1 });
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    client.publish(topicOf(STORE, NODE, 'status'), 'changed', { qos: 1 });
    const other = await connect(OTHER);
    other.publish(topicOf(STORE, OTHER, 'status'), 'meanwhile', { qos: 1 });
    await vi.waitFor(() => expect(done).toEqual(['meanwhile']));
    release();
    await vi.waitFor(() => expect(done).toEqual(['meanwhile', 'here', 'changed']));
  });

  it('stops when what is in hand is done, answers included, and takes no more', async () => {
    let release: () => void = () => undefined;
    const opened = await openWire(async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    const { wire, connect, heard } = opened;
    const client = await connect(NODE, { reconnectPeriod: 0 });
    client.publish(topicOf(STORE, NODE, 'events'), 'hi', { qos: 1 });
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    let stopped = false;
    const stop = wire.stop().then(() => {
      stopped = true;
    });
    client.publish(topicOf(STORE, NODE, 'events'), 'too late', { qos: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    release();
    await stop;
    expect(heard).toEqual(['taipei-1/door-1/events hi']);
  });
});
