import { expect, it, onTestFinished } from 'vitest';
import { epochMs } from '../protocol/units.ts';
import { campaign, openWorld, PATIENCE_MS, PUSHING, STORE } from './cloud.fixture.ts';
import { fixedToken } from './deliver/access-token.ts';
import { createLineClient } from './deliver/line-client.ts';
import { createLineTransport } from './deliver/line-transport.ts';
import { createSender } from './deliver/sender.ts';
import { createMetrics } from './metrics.ts';
import type { ApiLogEntry } from './sandbox/judge-entries.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { eventually, openSandbox } from './sandbox/sandbox.fixture.ts';
import { memberRows } from './store/members.ts';
import { senderQueue } from './store/sender-queue.ts';
import { newDelivery, newMember, openStore, T0 } from './store/testing.fixture.ts';

const LEASE_MS = 30_000;
const TEA = { messages: [{ type: 'text', text: 'Tea is ready' }] };

/** A sender between a real queue and a LINE that judges, on a clock the test moves; friends wait for equal words. */
async function openTable(friends: number) {
  let ms = 0;
  const now = () => epochMs(T0 + ms);
  const store = await openStore();
  const sandbox = await openSandbox({ now });
  onTestFinished(() => sandbox.close());
  const transport = createLineTransport(sandbox.url, { connectMs: 1_000, answerMs: 300 });
  onTestFinished(() => transport.close());
  const queue = senderQueue(store);
  const metrics = createMetrics({
    ...{ now, depths: async () => [], quotaLeft: async () => undefined },
    ...{ brokerConnections: () => undefined, senderIdleMs: () => 0, onUnread: () => undefined },
  });
  const faults: unknown[] = [];
  const sender = createSender({
    ...{ queue, now, random: () => 0, quotaUsedUp: async () => false },
    line: createLineClient({ transport, tokens: fixedToken(() => CHANNEL.accessToken) }),
    onCalled: metrics.called,
    onSettled: (settled, _outcome, isWritten) => isWritten && metrics.settled(settled),
    onFault: (error) => void faults.push(error),
  });
  onTestFinished(() => sender.stop());
  const wait = async (userId: string, more: object = TEA) =>
    await newDelivery(store, { memberId: await newMember(store, userId), ...more });
  const befriend = async (): Promise<string> => (await sandbox.control('POST', '/users', {})).body.userId;
  const people: string[] = [];
  for (let i = 0; i < friends; i++) people.push(await befriend());
  const made = [];
  for (const person of people) made.push(await wait(person));
  const rows = () =>
    store.db
      .selectFrom('delivery')
      .select(['id', 'state', 'cast_key', 'retry_key', 'attempts'])
      .orderBy('id')
      .execute();
  return {
    ...{ store, sandbox, sender, queue, metrics, people, made, wait, befriend, rows },
    /** Lets so much time pass and has the sender look. */
    later(by: number): void {
      ms += by;
      sender.poke();
    },
    plant: (...api: readonly object[]) => sandbox.control('PUT', '/faults', { api }),
    /** Each call: to which endpoint, how it ended, how many it named, and its key. */
    async calls() {
      const { entries } = (await sandbox.control('GET', '/log')).body;
      const calls = entries.filter((entry) => entry.kind === 'api') as unknown as ApiLogEntry[];
      return calls.map(({ endpoint, status, to = [], retryKey }) => ({ endpoint, status, to: to.length, retryKey }));
    },
    /** Until every delivery was tried and is in one of these states. */
    until: (...states: readonly string[]) =>
      eventually(async () => {
        expect(faults).toEqual([]);
        const now = (await rows()).map(({ state, attempts }) => (attempts === 0 ? 'untried' : state));
        expect(new Set(now)).toEqual(new Set(states));
      }),
    /** Messages in each one's chat. */
    shown: (whom = people) =>
      Promise.all(
        whom.map(async (person) => (await sandbox.control('GET', `/users/${person}/chat`)).body.messages.length),
      ),
  };
}

const ways = (calls: readonly { endpoint: string; status: unknown }[]) =>
  calls.map(({ endpoint, status }) => `${endpoint} ${status}`);

it('sends equal words to all who wait for them in one call, and what is personal alone', async () => {
  const { sender, until, calls, shown, people, wait, befriend, rows, metrics } = await openTable(3);
  const dora = await befriend();
  await wait(dora, { messages: [{ type: 'text', text: 'Dora, your code is 3467' }] });
  sender.poke();
  await until('accepted');
  expect(ways(await calls()).sort()).toEqual(['multicast 200', 'push 200']);
  expect(await shown([...people, dora])).toEqual([1, 1, 1, 1]);
  const keys = (await rows()).map(({ cast_key, retry_key }) => cast_key ?? retry_key);
  expect(new Set(keys)).toEqual(new Set((await calls()).map(({ retryKey }) => retryKey)));
  await eventually(async () => {
    const { text } = await metrics.read();
    expect(text).toContain('pharos_line_calls_total{route="multicast",outcome="accepted"} 1\n');
    expect(text).toContain('pharos_line_calls_total{route="push",outcome="accepted"} 1\n');
    expect(text).toContain('pharos_deliveries_settled_total{route="push",state="accepted",reason=""} 4\n');
  });
});

it.each([
  ['LINE took it and could not say so', 'timeout_after', 409],
  ['LINE never heard of it', 'timeout_before', 200],
])('%s: once more to all under the same key, and each sees it once', async (_what, kind, then) => {
  const { sender, until, later, calls, shown, plant } = await openTable(3);
  await plant({ kind, times: 1 });
  sender.poke();
  await until('ready');
  later(60_000);
  await until('accepted');
  const [first, second, ...more] = await calls();
  expect([first, second, more]).toMatchObject([
    { endpoint: 'multicast', status: 'no_answer' },
    { endpoint: 'multicast', status: then, retryKey: first?.retryKey },
    [],
  ]);
  expect(await shown()).toEqual([1, 1, 1]);
});

it('sends them one by one when LINE refuses one of them, and the others get it', async () => {
  const { sender, until, calls, shown, rows, wait } = await openTable(3);
  await wait('nobody LINE knows');
  sender.poke();
  await until('accepted', 'parked');
  expect(ways(await calls()).sort()).toEqual(['multicast 400', 'push 200', 'push 200', 'push 200', 'push 400']);
  expect(await shown()).toEqual([1, 1, 1]);
  const all = await rows();
  expect(all.map(({ cast_key }) => cast_key)).toEqual([null, null, null, null]);
  expect(all.filter(({ state }) => state === 'parked')).toHaveLength(1);
});

it('but not when they may have got it: then nobody knows', async () => {
  const { sandbox, sender, until, later, calls, wait, plant } = await openTable(2);
  await wait('nobody LINE knows');
  await plant({ kind: 'cut_before', times: 1 });
  sender.poke();
  await until('ready');
  later(60_000);
  await until('unknown');
  expect(ways(await calls())).toEqual(['multicast cut', 'multicast 400']);
  expect((await sandbox.control('GET', '/judge')).body).toMatchObject({ shown: { push: 0 } });
});

it('sends the few the month has left one by one', async () => {
  const { sandbox, sender, until, later, calls, shown } = await openTable(3);
  await sandbox.control('PUT', '/settings', { quota: { type: 'limited', value: 2 } });
  sender.poke();
  await until('ready');
  later(10_000);
  await until('accepted', 'ready');
  expect(ways(await calls()).sort()).toEqual(['multicast 429', 'push 200', 'push 200', 'push 429']);
  expect((await shown()).sort()).toEqual([0, 1, 1]);
});

it('after a sender that died between its claim and the call sends to all of them, under the key it had', async () => {
  const { queue, until, later, calls, shown } = await openTable(3);
  const { claimed: dead } = await queue.turn([], { limit: 9, leaseMs: LEASE_MS, now: T0, random: 0 });
  later(LEASE_MS);
  await until('accepted');
  expect(await calls()).toMatchObject([{ endpoint: 'multicast', status: 200, to: 3, retryKey: dead[0]?.castKey }]);
  expect(await shown()).toEqual([1, 1, 1]);
});

it('sends nothing twice though the database has forgotten the claim: LINE knows the key', async () => {
  const { store, sender, until, later, calls, shown } = await openTable(3);
  const backup = await store.db.selectFrom('delivery').selectAll().execute();
  sender.poke();
  await until('accepted');
  for (const row of backup) await store.db.updateTable('delivery').set(row).where('id', '=', row.id).execute();
  later(60_000);
  await until('accepted');
  const [first, ...again] = await calls();
  expect(first).toMatchObject({ endpoint: 'multicast', status: 200, to: 3 });
  expect(again).toEqual([{ ...first, to: 0, status: 409 }]);
  expect(await shown()).toEqual([1, 1, 1]);
});

it('who left in between is not written to, and is not taken for one who was', async () => {
  const { store, sender, made, until, later, calls, shown, plant, rows } = await openTable(3);
  await plant({ kind: 'cut_before', times: 1 });
  sender.poke();
  await until('ready');
  const leaver = made[0]?.memberId;
  if (leaver === undefined) throw new Error('nobody');
  await memberRows(store).consentAll([{ memberId: leaver, action: 'withdrawn', source: 'stop', at: T0 }]);
  later(60_000);
  await until('accepted', 'unknown');
  expect((await calls()).at(-1)).toMatchObject({ endpoint: 'multicast', status: 200, to: 2 });
  expect(await shown()).toEqual([0, 1, 1]);
  expect((await rows()).find(({ id }) => id === made[0]?.id)?.state).toBe('unknown');
});

it('brings what is said to everybody at a time of the day to all of them', async () => {
  const trigger = { on: 'schedule', at: '2026-12-15T12:30' };
  const world = await openWorld(campaign('noon', { ...PUSHING, trigger, home: STORE }, 'Tea is ready'));
  const people = [await world.friend(), await world.friend(), await world.friend()];
  world.skip(31 * 60_000);
  await eventually(async () => {
    for (const person of people)
      expect(await world.chat(person)).toMatchObject([{ message: { text: 'Tea is ready' } }]);
  }, PATIENCE_MS);
  expect(await world.calls()).toMatchObject([{ endpoint: 'multicast', status: 200 }]);
});
