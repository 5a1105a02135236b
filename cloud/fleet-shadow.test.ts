import mqtt from 'mqtt';
import { expect, it, onTestFinished } from 'vitest';
import { StoreId } from '../protocol/ids.ts';
import { type Channel, topicOf } from '../protocol/topics.ts';
import { NODE, openWorld, STORE, type World } from './cloud.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';

/** A node's MQTT side, which hears what is told to it and answers by hand. */
async function openNode({ bundle, mqttUrl, now }: World) {
  const { username, password } = bundle.mqtt;
  const client = mqtt.connect(mqttUrl(), { username, password, clientId: NODE, reconnectPeriod: 0 });
  onTestFinished(() => void client.end(true));
  const topic = (channel: Channel) => topicOf(StoreId.parse(STORE), bundle.nodeId, channel);
  const heard: { channel: string; body: Record<string, unknown> }[] = [];
  client.on('message', (on, payload) => {
    heard.push({ channel: on.split('/').slice(4).join('/'), body: JSON.parse(payload.toString()) as never });
  });
  await client.subscribeAsync([topic('config/desired'), topic('command')], { qos: 1 });
  const say = (channel: Channel, message: object) =>
    client.publishAsync(topic(channel), JSON.stringify(message), { qos: 1 });
  await say('status', { v: 1, online: true, boot: 'b0b0b0b0', at: now(), versions: { pharos: '1', node: '24' } });
  return { client, heard, say };
}

it('what is wanted waits for the node, and its answer is seen', async () => {
  const world = await openWorld();
  const put = (body: object) => world.admin('PUT', `/nodes/${NODE}/config`, body);
  expect(await put({ config: { enterDbm: -64 }, ifVersion: 0 })).toMatchObject({ status: 200, body: { version: 1 } });
  expect((await put({ config: {}, ifVersion: 0 })).status).toBe(409);
  expect(await put({ config: { enterDBm: -64 } })).toMatchObject({
    status: 422,
    body: { error: { code: 'bad_config', message: expect.stringContaining('did you mean "enterDbm"?') } },
  });
  const given = await world.admin('POST', `/nodes/${NODE}/commands`, { command: 'snapshot' });
  expect(given).toMatchObject({ status: 202, body: { state: 'pending', command: 'snapshot' } });

  const node = await openNode(world);
  await eventually(() => {
    expect(node.heard).toContainEqual({
      channel: 'config/desired',
      body: { v: 1, version: 1, config: { enterDbm: -64 } },
    });
    expect(node.heard).toContainEqual({ channel: 'command', body: expect.objectContaining({ id: given.body['id'] }) });
  });
  const at = world.now();
  await node.say('config/reported', { v: 1, version: 1, state: 'applied', config: { enterDbm: -64 }, at });
  await node.say('command/result', {
    v: 1,
    id: given.body['id'],
    command: 'snapshot',
    state: 'done',
    at,
    data: { a: 1 },
  });
  const { body } = await world.admin('GET', `/nodes/${NODE}`);
  expect(body).toMatchObject({
    id: NODE,
    desired: { version: 1 },
    reported: { version: 1, state: 'applied' },
    commands: [{ id: given.body['id'], state: 'done', data: { a: 1 } }],
  });
  expect(await world.admin('GET', `/commands/${given.body['id']}`)).toMatchObject({ body: { state: 'done' } });

  // On line by now: a change is told at once, and an answered command not again.
  await put({ config: { footfall: false } });
  await eventually(() =>
    expect(node.heard.at(-1)).toEqual({
      channel: 'config/desired',
      body: { v: 1, version: 2, config: { footfall: false } },
    }),
  );
  expect(node.heard.filter(({ channel }) => channel === 'command')).toHaveLength(1);
});

it.each([
  [{ command: 'dance' }, 422],
  [{ command: 'erase', scope: 'node', confirm: 'another' }, 422],
  [{ command: 'identify', seconds: 5 }, 202],
])('%o is answered with %i', async (command, status) => {
  const world = await openWorld();
  expect((await world.admin('POST', `/nodes/${NODE}/commands`, command)).status).toBe(status);
  expect((await world.admin('POST', '/nodes/nobody/commands', { command: 'restart' })).status).toBe(404);
});
