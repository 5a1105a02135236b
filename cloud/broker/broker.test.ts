import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NodeId, StoreId } from '../../protocol/ids.ts';
import { topicOf } from '../../protocol/topics.ts';
import { type BrokerDeps, startBroker } from './broker.ts';

const STORE = StoreId.parse('taipei-1');
const NODE = NodeId.parse('door-1');
const OTHER = NodeId.parse('door-2');

async function openBroker(given: Partial<BrokerDeps> = {}) {
  const heard: string[] = [];
  const refused: string[] = [];
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    login: async (nodeId, password) => (password === `password-of-${nodeId}` ? STORE : undefined),
    onMessage: async (nodeId, storeId, channel, payload) => {
      heard.push(`${storeId}/${nodeId}/${channel} ${payload.toString()}`);
    },
    onRefused: (what, nodeId) => void refused.push(`${nodeId ?? '-'}: ${what}`),
    ...given,
  });
  onTestFinished(() => broker.stop());
  const connect = async (nodeId: string = NODE, options: IClientOptions = {}): Promise<MqttClient> => {
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const login = { username: nodeId, password: `password-of-${nodeId}`, clientId: nodeId };
    const client = await mqtt.connectAsync(url, { ...login, reconnectPeriod: 0, ...options });
    client.on('error', () => undefined);
    onTestFinished(() => void client.end(true));
    return client;
  };
  return { broker, heard, refused, connect };
}
const closed = (client: MqttClient) => new Promise<void>((resolve) => void client.once('close', () => resolve()));

describe('a login', () => {
  it.each([
    ['a wrong password', { password: 'password-of-door-2' }],
    ['no password', { password: undefined }],
    ['a name that is no node id', { username: 'Door 1' }],
  ])('with %s is refused', async (_name, options) => {
    const { connect, refused } = await openBroker();
    await expect(connect(NODE, options as IClientOptions)).rejects.toThrow(/bad user ?name or password/i);
    expect(refused).toHaveLength(1);
  });

  it('is refused when the registry cannot be asked', async () => {
    const { connect } = await openBroker({ login: () => Promise.reject(new Error('disk full')) });
    await expect(connect()).rejects.toThrow(/bad user ?name or password/i);
  });
});

describe('a node', () => {
  it.each(['events', 'status', 'health', 'config/reported', 'command/result'] as const)(
    'writes its own %s',
    async (channel) => {
      const { connect, heard } = await openBroker();
      await (await connect()).publishAsync(topicOf(STORE, NODE, channel), 'hi', { qos: 1 });
      expect(heard).toEqual([`taipei-1/door-1/${channel} hi`]);
    },
  );

  it.each([
    ["another node's events", topicOf(STORE, OTHER, 'events')],
    ['its events in another store', topicOf(StoreId.parse('taipei-2'), NODE, 'events')],
    ['its own ack', topicOf(STORE, NODE, 'ack')],
    ['what is nobody’s', 'pharos/v1/nothing'],
    ['what the broker says of itself', '$SYS/pharos/heartbeat'],
  ])('may not write %s', async (_name, topic) => {
    const { connect, heard, refused } = await openBroker();
    const client = await connect();
    const gone = closed(client);
    client.publish(topic, 'hi', { qos: 1 });
    await gone;
    expect(heard).toEqual([]);
    expect(refused).toEqual([`door-1: publish to ${topic}`]);
  });

  it('reads its own ack', async () => {
    const { connect, broker } = await openBroker();
    const client = await connect();
    const arrived = new Promise<string>((resolve) => {
      client.once('message', (topic, payload) => resolve(`${topic} ${payload.toString()}`));
    });
    await client.subscribeAsync(topicOf(STORE, NODE, 'ack'), { qos: 1 });
    await broker.publish(STORE, NODE, 'ack', 'done');
    expect(await arrived).toBe('pharos/v1/taipei-1/door-1/ack done');
  });

  it('finds its configuration even when it comes later', async () => {
    const { connect, broker } = await openBroker();
    await broker.publish(STORE, NODE, 'config/desired', 'v1');
    const client = await connect();
    const arrived = new Promise<string>((resolve) => {
      client.once('message', (_topic, payload) => resolve(payload.toString()));
    });
    await client.subscribeAsync(topicOf(STORE, NODE, 'config/desired'), { qos: 1 });
    expect(await arrived).toBe('v1');
  });

  it.each([
    ["another node's ack", topicOf(STORE, OTHER, 'ack')],
    ['its own events', topicOf(STORE, NODE, 'events')],
    ['everything', '#'],
    ['all of its store', 'pharos/v1/taipei-1/#'],
    ['all acks', 'pharos/v1/+/+/ack'],
    ['a share of its ack', `$share/thieves/${topicOf(STORE, NODE, 'ack')}`],
  ])('may not read %s', async (_name, topic) => {
    const { connect, refused, heard } = await openBroker();
    const client = await connect();
    await expect(client.subscribeAsync(topic, { qos: 1 })).rejects.toThrow();
    expect(refused).toEqual([`door-1: subscribe to ${topic}`]);
    // It may go on with what is its own.
    await client.publishAsync(topicOf(STORE, NODE, 'health'), 'hi', { qos: 1 });
    expect(heard).toHaveLength(1);
  });

  it('that goes without a word leaves its will', async () => {
    let tell: (text: string) => void = () => undefined;
    const left = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const { connect } = await openBroker({
      onMessage: async (_n, _s, channel, body) => tell(`${channel} ${body.toString()}`),
    });
    const will = { topic: topicOf(STORE, NODE, 'status'), payload: Buffer.from('gone'), qos: 1, retain: true } as const;
    const client = await connect(NODE, { will });
    client.stream.destroy();
    expect(await left).toBe('status gone');
  });
});

describe('an acknowledgement', () => {
  it('comes after the message was taken, not before', async () => {
    const order: string[] = [];
    let finish: () => void = () => undefined;
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const { connect } = await openBroker({
      onMessage: () => {
        begin();
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    const client = await connect();
    const acknowledged = client
      .publishAsync(topicOf(STORE, NODE, 'events'), 'hi', { qos: 1 })
      .then(() => order.push('puback'));
    await begun;
    // The broker answers this ping, so it had every chance to acknowledge too early.
    await new Promise<void>((resolve) => {
      client.once('packetreceive', () => resolve());
      client.sendPing();
    });
    order.push('commit');
    finish();
    await acknowledged;
    expect(order).toEqual(['commit', 'puback']);
  });

  it('never comes for what could not be taken; the node sends it again', async () => {
    const seen: string[] = [];
    const { connect } = await openBroker({
      onMessage: async (_n, _s, _c, payload) => {
        seen.push(payload.toString());
        if (seen.length === 1) throw new Error('disk full');
      },
    });
    const client = await connect(NODE, { clean: false, reconnectPeriod: 20 });
    await client.publishAsync(topicOf(STORE, NODE, 'events'), 'hi', { qos: 1 });
    expect(seen).toEqual(['hi', 'hi']);
  });
});

it('refuses a message beyond measure', async () => {
  const { connect, heard, refused } = await openBroker();
  const client = await connect();
  const gone = closed(client);
  client.publish(topicOf(STORE, NODE, 'events'), 'x'.repeat(512 * 1024 + 1), { qos: 1 });
  await gone;
  expect(heard).toEqual([]);
  expect(refused).toHaveLength(1);
});

it('says when its port is taken', async () => {
  const { broker } = await openBroker();
  await expect(openBroker({ port: broker.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
