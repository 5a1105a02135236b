import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { senderQueue } from '../store/sender-queue.ts';
import { newDelivery, newMember, openStore, T0 } from '../store/testing.fixture.ts';
import { createLineClient } from './line-client.ts';
import { createSender } from './sender.ts';

/** A sender over a real queue, and a LINE that leaves calls to `silent` people without an answer until told. */
async function openSender(silent: (to: string) => boolean = () => false) {
  const store = await openStore();
  const seen: string[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const { to } = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8')) as { to: string };
    seen.push(to);
    if (silent(to)) waiting.push(() => void response.end('{}'));
    else response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const apiBase = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const faults: unknown[] = [];
  const sender = createSender({
    queue: senderQueue(store),
    line: createLineClient({ apiBase, accessToken: 'token' }),
    now: () => T0,
    random: () => 0,
    onSettled: () => undefined,
    onFault: (error) => void faults.push(error),
  });
  const answerAll = (): void => {
    for (const answer of waiting.splice(0)) answer();
  };
  onTestFinished(async () => {
    answerAll();
    await sender.stop();
    expect(faults).toEqual([]);
  });
  const accepted = async (): Promise<number> =>
    (await store.db.selectFrom('delivery').select('id').where('state', '=', 'accepted').execute()).length;
  const until = async (check: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + 8_000;
    while (!(await check())) {
      if (performance.now() > deadline) throw new Error(`only ${await accepted()} accepted, ${seen.length} seen`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const deliverTo = async (...people: readonly string[]): Promise<void> => {
    for (const person of people) await newDelivery(store, { memberId: await newMember(store, person) });
  };
  return { sender, store, seen, answerAll, accepted, until, deliverTo };
}
const people = (count: number): string[] => Array.from({ length: count }, (_, i) => `U${i}`);

it('sends everything that waits, each once', async () => {
  const { sender, seen, accepted, until, deliverTo } = await openSender();
  await deliverTo(...people(55));
  sender.poke();
  await until(async () => (await accepted()) === 55);
  expect([...seen].sort()).toEqual(people(55).sort());
});

it('goes on with the others while LINE leaves some without an answer', async () => {
  const { sender, accepted, until, deliverTo, answerAll } = await openSender((to) => to.startsWith('Uslow'));
  await deliverTo(...['a', 'b', 'c'].map((name) => `Uslow-${name}`), ...people(30));
  sender.poke();
  await until(async () => (await accepted()) === 30);
  answerAll();
  await until(async () => (await accepted()) === 33);
});

it('sends what comes while another call hangs', async () => {
  const { sender, seen, accepted, until, deliverTo } = await openSender((to) => to === 'Uslow');
  await deliverTo('Uslow');
  sender.poke();
  await until(() => seen.length === 1);
  await deliverTo('Uquick');
  sender.poke();
  await until(async () => (await accepted()) === 1);
});

it('has at most twenty calls under way', async () => {
  const { sender, seen, store, until, deliverTo } = await openSender(() => true);
  await deliverTo(...people(25));
  sender.poke();
  await until(() => seen.length === 20);
  const claimed = await store.db.selectFrom('delivery').select('id').where('state', '=', 'sending').execute();
  expect(claimed).toHaveLength(20);
});

it('settles what is under way before it stops, and begins nothing more', async () => {
  const { sender, seen, accepted, until, deliverTo, answerAll } = await openSender(() => true);
  await deliverTo(...people(3));
  sender.poke();
  await until(() => seen.length === 3);
  const stopped = sender.stop();
  answerAll();
  await stopped;
  expect(await accepted()).toBe(3);
  await deliverTo('Ulate');
  sender.poke();
  expect(seen).toHaveLength(3);
});
