import mqtt from 'mqtt';
import { expect, it, onTestFinished } from 'vitest';
import { StoreId } from '../protocol/ids.ts';
import { topicOf } from '../protocol/topics.ts';
import { HWID, NODE, openUplink, openWorld, STORE, type World } from './cloud.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';
import { openDatabase } from './store/database.ts';

const statusOf = async ({ admin }: World): Promise<unknown> => {
  const nodes = (await admin('GET', '/nodes')).body['nodes'] as { id: string }[];
  return nodes.find(({ id }) => id === NODE);
};

it('a node is seen to come and to go', async () => {
  const world = await openWorld();
  expect(await statusOf(world)).toMatchObject({ enrolled: true, online: false });
  const { username, password } = world.bundle.mqtt;
  const topic = topicOf(StoreId.parse(STORE), world.bundle.nodeId, 'status');
  const will = { topic, payload: Buffer.from('{"v":1,"online":false}'), qos: 1, retain: true } as const;
  const client = await mqtt.connectAsync(world.mqttUrl(), {
    username,
    password,
    clientId: NODE,
    will,
    reconnectPeriod: 0,
  });
  onTestFinished(() => void client.end(true));
  const birth = { v: 1, online: true, boot: 'b0b0b0b0', at: world.now(), versions: { pharos: '1', node: '24' } };
  await client.publishAsync(topic, JSON.stringify(birth), { qos: 1, retain: true });
  expect(await statusOf(world)).toMatchObject({ online: true, status: birth });
  client.stream.destroy();
  await eventually(async () => expect(await statusOf(world)).toMatchObject({ online: false }));
});

it('rotated credentials end the old ones', async () => {
  const world = await openWorld();
  const again = await world.admin('POST', `/nodes/${NODE}/bundle`, {});
  expect(again).toMatchObject({ status: 409, body: { error: { code: 'has_credentials' } } });
  expect((await world.admin('POST', `/nodes/${NODE}/bundle`, { rotate: true })).status).toBe(200);
  await expect(openUplink(world)).rejects.toThrow(/bad user ?name or password/i);
});

it('rotated credentials end the connection of the old ones', async () => {
  const world = await openWorld();
  const { client } = await openUplink(world);
  const gone = new Promise<void>((resolve) => void client.once('close', () => resolve()));
  await world.admin('POST', `/nodes/${NODE}/bundle`, { rotate: true });
  await gone;
});

it('a node moved to another store keeps its line, and its events belong to the new store', async () => {
  const world = await openWorld();
  const uplink = await openUplink(world);
  const store = { timeZone: 'Asia/Taipei' };
  await world.apply(
    { apiVersion: 'pharos/v1', kind: 'Store', metadata: { id: 'taipei-2' }, spec: store },
    { apiVersion: 'pharos/v1', kind: 'Node', metadata: { id: NODE }, spec: { store: 'taipei-2', hwid: HWID } },
  );
  expect((await uplink.send(uplink.event(1))).done).toEqual([[1, 1]]);
  expect(await world.worked(`${NODE}:${uplink.epoch}:1`)).toMatchObject({ store: 'taipei-2', node: NODE });
  const again = await openUplink(world);
  expect((await again.send(again.event(1))).done).toEqual([[1, 1]]);
});

it('nobody is online after a crash, until they say so', async () => {
  const world = await openWorld();
  const uplink = await openUplink(world);
  await world.stop();
  uplink.client.end(true);
  // As a cloud leaves it that had no time to hear the will.
  const db = await openDatabase(world.database);
  const state = { node_id: NODE, online: 1, status: null, health: null, seen_at: 1 };
  await db.insertInto('node_state').values(state).execute();
  await db.destroy();
  await world.start();
  expect(await statusOf(world)).toMatchObject({ online: false, seenAt: 1 });
});

it('a batch nobody can read is dropped, and the line stays up', async () => {
  const world = await openWorld();
  const uplink = await openUplink(world);
  const topic = topicOf(StoreId.parse(STORE), world.bundle.nodeId, 'events');
  await uplink.client.publishAsync(topic, 'not a batch', { qos: 1 });
  expect((await uplink.send(uplink.event(1))).done).toEqual([[1, 1]]);
});

it('stops with nodes on the line, and they find it again', async () => {
  const world = await openWorld();
  const uplink = await openUplink(world);
  await uplink.send(uplink.event(1));
  await world.stop();
  await world.start();
  const again = await openUplink(world);
  expect((await again.send(again.event(1))).done).toEqual([[1, 1]]);
  expect((await world.admin('GET', '/events')).body['events']).toHaveLength(2);
});
