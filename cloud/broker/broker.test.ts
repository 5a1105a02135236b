import { connect as connectTcp } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NodeId, StoreId } from '../../protocol/ids.ts';
import { doctorClientId, topicOf } from '../../protocol/topics.ts';
import { type BrokerDeps, startBroker } from './broker.ts';

const STORE = StoreId.parse('taipei-1');
const NODE = NodeId.parse('door-1');
const ELSEWHERE = StoreId.parse('taipei-2');
const OTHER = NodeId.parse('door-2');

async function openBroker(given: Partial<BrokerDeps> = {}) {
  const heard: string[] = [];
  const refused: string[] = [];
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    login: async (nodeId, password) => password === `password-of-${nodeId}`,
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

  it.each([
    ["another node's client id", OTHER],
    ['a client id of its own making', 'mqttjs_1234'],
    ['none', ''],
  ])('under %s is refused', async (_name, clientId) => {
    const { connect, refused } = await openBroker();
    await expect(connect(NODE, { clientId })).rejects.toThrow(/identifier rejected/i);
    expect(refused).toEqual(['door-1: login under a client id that is not its node id']);
  });

  it('of the node’s own doctor is let in beside the uplink, and may do nothing', async () => {
    const { connect, heard, refused, broker } = await openBroker();
    const uplink = await connect();
    const clientId = doctorClientId(NODE);
    await expect(connect(NODE, { clientId, password: 'wrong' })).rejects.toThrow(/bad user ?name or password/i);
    await expect(connect(OTHER, { clientId })).rejects.toThrow(/identifier rejected/i);
    const doctor = await connect(NODE, { clientId });
    expect(await doctor.subscribeAsync(topicOf(STORE, NODE, 'ack')).catch(() => 'refused')).not.toMatchObject([
      { qos: 0 },
    ]);
    const gone = closed(doctor);
    doctor.publish(topicOf(STORE, NODE, 'events'), 'hi', { qos: 1 });
    await gone;
    expect(heard).toEqual([]);
    expect(refused.at(-1)).toMatch(/publish to .*events/);
    expect(uplink.connected).toBe(true);
    await broker.drop(NODE);
  });

  it('gets nothing that waits for another node', async () => {
    const { connect, broker } = await openBroker();
    const sleeper = await connect(OTHER, { clean: false });
    await sleeper.subscribeAsync(topicOf(STORE, OTHER, 'ack'), { qos: 1 });
    await sleeper.endAsync();
    await broker.publish(STORE, OTHER, 'ack', 'for door-2 alone');
    await expect(connect(NODE, { clientId: OTHER, clean: false })).rejects.toThrow(/identifier rejected/i);
    // It was still waiting for the one it is meant for.
    const awake = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, {
      username: OTHER,
      password: `password-of-${OTHER}`,
      clientId: OTHER,
      clean: false,
    });
    onTestFinished(() => void awake.end(true));
    const payload = await new Promise<string>((resolve) => {
      awake.once('message', (_topic, body) => resolve(body.toString()));
    });
    expect(payload).toBe('for door-2 alone');
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

  it('that was moved to another store goes on in its old topics, and is answered there', async () => {
    const { connect, broker } = await openBroker({
      onMessage: (nodeId, topicStore) => broker.publish(topicStore, nodeId, 'ack', 'done'),
    });
    const client = await connect();
    const arrived = new Promise<string>((resolve) => {
      client.once('message', (topic, payload) => resolve(`${topic} ${payload.toString()}`));
    });
    await client.subscribeAsync(topicOf(ELSEWHERE, NODE, 'ack'), { qos: 1 });
    await client.publishAsync(topicOf(ELSEWHERE, NODE, 'events'), 'hi', { qos: 1 });
    expect(await arrived).toBe('pharos/v1/taipei-2/door-1/ack done');
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

it('drops a node, whose will still tells', async () => {
  const { broker, connect, heard } = await openBroker();
  const will = { topic: topicOf(STORE, NODE, 'status'), payload: Buffer.from('gone'), qos: 1, retain: true } as const;
  const [client, other] = [await connect(NODE, { will }), await connect(OTHER)];
  const gone = closed(client);
  expect(await broker.drop(NODE)).toBe(true);
  await gone;
  await other.publishAsync(topicOf(STORE, OTHER, 'health'), 'hi', { qos: 1 });
  expect(heard).toEqual(['taipei-1/door-1/status gone', 'taipei-1/door-2/health hi']);
  await broker.drop(NODE);
});

describe('a stop', () => {
  it('does not wait for a connection that says nothing', async () => {
    const { broker } = await openBroker();
    const silent = connectTcp(broker.port, '127.0.0.1');
    silent.on('error', () => undefined).resume();
    const gone = new Promise<void>((resolve) => void silent.once('close', () => resolve()));
    await new Promise<void>((resolve) => void silent.once('connect', resolve));
    const begun = performance.now();
    await broker.stop();
    await gone;
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('waits for the messages in hand, wills among them', async () => {
    const order: string[] = [];
    let commit: () => void = () => undefined;
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const { broker, connect } = await openBroker({
      onMessage: async (_n, _s, channel) => {
        if (channel === 'events') {
          begin();
          await new Promise<void>((resolve) => {
            commit = resolve;
          });
        }
        await new Promise((resolve) => setImmediate(resolve));
        order.push(channel);
      },
    });
    const will = { topic: topicOf(STORE, NODE, 'status'), payload: Buffer.from('gone'), qos: 1, retain: true } as const;
    const client = await connect(NODE, { will });
    client.publish(topicOf(STORE, NODE, 'events'), 'hi', { qos: 1 });
    await begun;
    const gone = closed(client);
    const stopped = broker.stop().then(() => void order.push('stopped'));
    await gone;
    commit();
    await stopped;
    expect([...order.slice(0, 2).sort(), order[2]]).toEqual(['events', 'status', 'stopped']);
  });
});

it('says when its port is taken', async () => {
  const { broker } = await openBroker();
  await expect(openBroker({ port: broker.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
