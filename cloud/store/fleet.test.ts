import { expect, it } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { BootId, NodeId, StoreId } from '../../protocol/ids.ts';
import { NodeHealth, type NodeStatus } from '../../protocol/messages/status.ts';
import { mosquittoHash } from '../core/broker-files.ts';
import { createFleetEar, isBirth } from '../fleet/uplink-messages.ts';
import { fleetRows } from './fleet.ts';
import { nodeShadowRows } from './node-shadow.ts';
import { document, HWID, NODE, nodeDocument, openStore, STORE, storeDocument, T0 } from './testing.fixture.ts';

const BIRTH: NodeStatus = {
  v: 1,
  online: true,
  boot: BootId.parse('0123abcd'),
  at: T0,
  versions: { pharos: '1', node: '24' },
};
const HEALTH = NodeHealth.parse({
  v: 1,
  at: T0,
  clock: 'synced',
  radio: { name: 'hci0', state: 'on' },
  outbox: { waiting: 0, parked: 0, dropped: 0 },
  counters: {},
});

async function openFleet() {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument());
  return { store, fleet: fleetRows(store) };
}

it('lets a node in with its own password only', async () => {
  const { store, fleet } = await openFleet();
  expect(await fleet.login(NODE, '')).toBe(false);
  const made = await fleet.makeCredentials(NODE, false);
  if (typeof made === 'string') throw new Error(made);
  expect(await fleet.login(NODE, made.mqttPassword)).toBe(true);
  expect(await fleet.login(NODE, `${made.mqttPassword} `)).toBe(false);
  expect(await fleet.login(NodeId.parse('nobody'), made.mqttPassword)).toBe(false);
  const dmKey = (await (await store.repos.registry()).node(NODE))?.dmKey ?? new Uint8Array();
  expect(toHex(dmKey)).toBe(made.dmKeyHex);
});

it('makes credentials once, and anew only on demand', async () => {
  const { fleet } = await openFleet();
  expect(await fleet.makeCredentials('nobody', false)).toBe('unknown_node');
  const first = await fleet.makeCredentials(NODE, false);
  expect(await fleet.makeCredentials(NODE, false)).toBe('has_credentials');
  const second = await fleet.makeCredentials(NODE, true);
  if (typeof first === 'string' || typeof second === 'string') throw new Error('not made');
  expect(second.dmKeyHex).not.toBe(first.dmKeyHex);
  expect(await fleet.login(NODE, first.mqttPassword)).toBe(false);
  expect(await fleet.login(NODE, second.mqttPassword)).toBe(true);
});

it('remembers what a node last said of itself', async () => {
  const { fleet } = await openFleet();
  const known = { id: NODE, store: STORE, zone: 'entrance', hwid: HWID, index: 1 };
  expect(await fleet.list()).toEqual([{ ...known, enrolled: false, online: false }]);
  await fleet.recordStatus(NODE, BIRTH, 1);
  await fleet.recordHealths([{ nodeId: NODE, health: HEALTH, at: 2 }]);
  expect(await fleet.list()).toMatchObject([{ online: true, seenAt: 2, status: BIRTH, health: HEALTH }]);
  await fleet.recordStatus(NODE, { v: 1, online: false }, 3);
  expect(await fleet.list()).toMatchObject([{ online: false, seenAt: 3, status: { online: false }, health: HEALTH }]);
});

/** What hears nodes, over real rows; a birth is noted as the service does. */
function openEar({ store, fleet }: Awaited<ReturnType<typeof openFleet>>) {
  const { recordReported, recordResult, topicStore, noteTopicStore } = nodeShadowRows(store);
  const hear = createFleetEar({
    memory: {
      ...fleet,
      topicStore,
      recordHealth: async (nodeId, health, at) => await fleet.recordHealths([{ nodeId, health, at }]),
      recordReported,
      recordResult: async (...told: Parameters<typeof recordResult>) => void (await recordResult(...told)),
    },
    now: () => T0,
  });
  return async (nodeId: NodeId, channel: Parameters<typeof hear>[2], said: object, topic = STORE) => {
    const payload = Buffer.from(JSON.stringify(said));
    const heard = await hear(nodeId, topic, channel, payload);
    if (heard === 'news' && isBirth(channel, payload)) await noteTopicStore(nodeId, topic);
    return heard;
  };
}

it('takes the will of the line it left for no end of the one it is on', async () => {
  const opened = await openFleet();
  const hear = openEar(opened);
  const [moved, will] = [StoreId.parse('taipei-2'), { v: 1, online: false }];
  await hear(NODE, 'status', BIRTH);
  await opened.store.apply(document('Store', moved, { timeZone: 'Asia/Taipei' }), nodeDocument({ store: moved }));
  // Moved, and still in its old topics.
  expect(await hear(NODE, 'status', will)).toBe('news');
  expect(await hear(NODE, 'status', BIRTH)).toBe('news');
  // It got its new bundle; what a broker retains of before is said again at every connection of ours.
  expect(await hear(NODE, 'status', { ...BIRTH, boot: BootId.parse('0123abce') }, moved)).toBe('news');
  expect(await hear(NODE, 'status', will)).toBe('known');
  expect(await opened.fleet.list()).toMatchObject([{ online: true }]);
  expect(await hear(NODE, 'status', will, moved)).toBe('news');
  expect(await opened.fleet.list()).toMatchObject([{ online: false }]);
});

it('knows where a node speaks now whose birth in its new topics came before the end of the line it left', async () => {
  const opened = await openFleet();
  const hear = openEar(opened);
  const moved = StoreId.parse('taipei-2');
  await hear(NODE, 'status', BIRTH);
  await opened.store.apply(document('Store', moved, { timeZone: 'Asia/Taipei' }), nodeDocument({ store: moved }));
  // Not booted since, it says the same; we were away meanwhile, and a broker says what it retains in any order.
  expect(await hear(NODE, 'status', BIRTH, moved)).toBe('news');
  expect(await hear(NODE, 'status', BIRTH, moved)).toBe('known');
  expect(await hear(NODE, 'status', { v: 1, online: false })).toBe('known');
  expect(await opened.fleet.list()).toMatchObject([{ online: true }]);
});

it('hears what a node nobody registered says, and keeps nothing: a broker repeats it for ever', async () => {
  const opened = await openFleet();
  const hear = openEar(opened);
  const stranger = NodeId.parse('nobody');
  const reported = { v: 1, version: 1, state: 'applied', config: {}, at: T0 };
  const result = { v: 1, id: 'cmd_1', command: 'restart', state: 'done', at: T0 };
  for (const [channel, said] of [
    ['status', BIRTH],
    ['config/reported', reported],
    ['command/result', result],
    ['health', HEALTH],
  ] as const) {
    const isKept = channel === 'status' || channel === 'config/reported';
    expect(await hear(stranger, channel, said), channel).toBe(isKept ? 'unknown_node' : 'news');
    expect(await hear(NODE, channel, said), channel).toBe('news');
  }
  expect(await opened.fleet.list()).toMatchObject([{ id: NODE, online: true }]);
});

it('forgets who was online, and nothing else', async () => {
  const { fleet } = await openFleet();
  await fleet.recordStatus(NODE, BIRTH, 1);
  await fleet.forgetOnline();
  expect(await fleet.list()).toMatchObject([{ online: false, seenAt: 1, status: BIRTH }]);
});

it('keeps who is on the line of another broker on the same database', async () => {
  const { store, fleet } = await openFleet();
  const other = fleetRows(store, 'other');
  await fleet.recordStatus(NODE, BIRTH, 1);
  await other.forgetOnline();
  expect(await fleet.list()).toMatchObject([{ online: true }]);
  // It goes over to the other one; only then the first notices that its line is dead.
  await other.recordStatus(NODE, BIRTH, 2);
  await fleet.recordStatus(NODE, { v: 1, online: false }, 3);
  await fleet.forgetOnline();
  expect(await fleet.list()).toMatchObject([{ online: true, seenAt: 2, status: BIRTH }]);
  await other.recordStatus(NODE, { v: 1, online: false }, 4);
  expect(await fleet.list()).toMatchObject([{ online: false, seenAt: 4 }]);
});

it('takes what it knows already for no news, however often a broker repeats it', async () => {
  const { fleet, store } = await openFleet();
  const another = fleetRows(store);
  expect(await fleet.recordStatus(NODE, BIRTH, 1)).toBe(true);
  expect(await another.recordStatus(NODE, BIRTH, 2)).toBe(false);
  expect(await fleet.list()).toMatchObject([{ online: true, seenAt: 1 }]);
  expect(await another.recordStatus(NODE, { v: 1, online: false }, 3)).toBe(true);
  expect(await fleet.recordStatus(NODE, { v: 1, online: false }, 4)).toBe(false);
  expect(await fleet.list()).toMatchObject([{ online: false, seenAt: 3 }]);
});

it('counts who has been silent as gone, until it is heard again', async () => {
  const { fleet } = await openFleet();
  await fleet.recordStatus(NODE, BIRTH, 10);
  await fleet.forgetSilent(10);
  expect(await fleet.list()).toMatchObject([{ online: true }]);
  await fleet.forgetSilent(11);
  expect(await fleet.list()).toMatchObject([{ online: false, seenAt: 10 }]);
  // What the broker retained is older than the silence.
  expect(await fleet.recordStatus(NODE, BIRTH, 12)).toBe(false);
  expect(await fleet.list()).toMatchObject([{ online: false, seenAt: 10 }]);
  await fleet.recordHealths([{ nodeId: NODE, health: HEALTH, at: 13 }]);
  expect(await fleet.list()).toMatchObject([{ online: true, seenAt: 13 }]);
  await fleet.recordStatus(NODE, { v: 1, online: false }, 14);
  await fleet.recordHealths([{ nodeId: NODE, health: HEALTH, at: 15 }]);
  expect(await fleet.list()).toMatchObject([{ online: false, seenAt: 15 }]);
});

it('takes the health of many at once: the last of each, and none of a node it does not know', async () => {
  const { fleet, store } = await openFleet();
  await store.apply(nodeDocument({}, 'taipei-1-back'));
  const back = NodeId.parse('taipei-1-back');
  const heard = (nodeId: NodeId, at: number, counters = {}) => ({ nodeId, at, health: { ...HEALTH, counters } });
  await fleet.recordHealths([
    heard(NODE, 1, { a: 1 }),
    heard(NodeId.parse('nobody'), 2),
    heard(back, 3),
    heard(NODE, 4, { a: 2 }),
  ]);
  expect(await fleet.list()).toMatchObject([
    { id: back, online: true, seenAt: 3 },
    { id: NODE, online: true, seenAt: 4, health: { counters: { a: 2 } } },
  ]);
});

it('keeps of a password what another broker asks for', async () => {
  const { fleet } = await openFleet();
  expect(await fleet.brokerUsers()).toEqual([]);
  const made = await fleet.makeCredentials(NODE, false);
  if (typeof made === 'string') throw new Error(made);
  const [user] = await fleet.brokerUsers();
  const salt = Buffer.from(user?.mosquittoHash?.split('$')[3] ?? '', 'base64');
  expect(salt).toHaveLength(12);
  expect(user).toMatchObject({ name: NODE, mosquittoHash: mosquittoHash(made.mqttPassword, salt) });
});

it('tells a node which HWIDs of its store it may hear', async () => {
  const { fleet, store } = await openFleet();
  await store.apply(
    nodeDocument({ hwid: '00000000aa' }, 'taipei-1-back'),
    nodeDocument({ hwid: HWID }, 'taipei-1-side'),
  );
  expect(await fleet.makeCredentials(NODE, false)).toMatchObject({ neighbours: ['00000000aa'] });
});
