import { expect, it } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { BootId, NodeId } from '../../protocol/ids.ts';
import { NodeHealth } from '../../protocol/messages/status.ts';
import { fleetRows } from './fleet.ts';
import { HWID, NODE, nodeDocument, openStore, STORE, storeDocument, T0 } from './testing.fixture.ts';

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
  const boot = BootId.parse('0123abcd');
  const birth = { v: 1, online: true, boot, at: T0, versions: { pharos: '1', node: '24' } } as const;
  const health = NodeHealth.parse({
    v: 1,
    at: T0,
    clock: 'synced',
    radio: { name: 'hci0', state: 'on' },
    outbox: { waiting: 0, parked: 0, dropped: 0 },
    counters: {},
  });
  await fleet.recordStatus(NODE, birth, 1);
  await fleet.recordHealth(NODE, health, 2);
  expect(await fleet.list()).toMatchObject([{ online: true, seenAt: 2, status: birth, health }]);
  await fleet.recordStatus(NODE, { v: 1, online: false }, 3);
  expect(await fleet.list()).toMatchObject([{ online: false, seenAt: 3, status: { online: false }, health }]);
});

it('forgets who was online, and nothing else', async () => {
  const { fleet } = await openFleet();
  const boot = BootId.parse('0123abcd');
  const birth = { v: 1, online: true, boot, at: T0, versions: { pharos: '1', node: '24' } } as const;
  await fleet.recordStatus(NODE, birth, 1);
  await fleet.forgetOnline();
  expect(await fleet.list()).toMatchObject([{ online: false, seenAt: 1, status: birth }]);
});

it('keeps who is on the line of another broker on the same database', async () => {
  const { store, fleet } = await openFleet();
  const other = fleetRows(store, 'other');
  const boot = BootId.parse('0123abcd');
  const birth = { v: 1, online: true, boot, at: T0, versions: { pharos: '1', node: '24' } } as const;
  await fleet.recordStatus(NODE, birth, 1);
  await other.forgetOnline();
  expect(await fleet.list()).toMatchObject([{ online: true }]);
  // It goes over to the other one; only then the first notices that its line is dead.
  await other.recordStatus(NODE, birth, 2);
  await fleet.recordStatus(NODE, { v: 1, online: false }, 3);
  await fleet.forgetOnline();
  expect(await fleet.list()).toMatchObject([{ online: true, seenAt: 2, status: birth }]);
  await other.recordStatus(NODE, { v: 1, online: false }, 4);
  expect(await fleet.list()).toMatchObject([{ online: false, seenAt: 4 }]);
});

it('tells a node which HWIDs of its store it may hear', async () => {
  const { fleet, store } = await openFleet();
  await store.apply(
    nodeDocument({ hwid: '00000000aa' }, 'taipei-1-back'),
    nodeDocument({ hwid: HWID }, 'taipei-1-side'),
  );
  expect(await fleet.makeCredentials(NODE, false)).toMatchObject({ neighbours: ['00000000aa'] });
});
