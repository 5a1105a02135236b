import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { ClaimedDelivery, SettledDelivery } from '../core/ports.ts';
import { senderQueue } from './sender-queue.ts';
import { newDelivery, ON_POSTGRES, openStore, T0 } from './testing.fixture.ts';
import { unheldQueue } from './unheld-queue.ts';

const CLAIM = { limit: 10, leaseMs: 30_000, random: 0, now: T0 };
const NO_CLAIM = { ...CLAIM, limit: 0 };

/** Three deliveries under way and one that waits. */
async function openQueue() {
  const store = await openStore();
  const refused: string[] = [];
  const queue = unheldQueue(senderQueue(store), (id) => void refused.push(id));
  for (let i = 0; i < 3; i++) await newDelivery(store);
  const { claimed } = await queue.turn([], CLAIM);
  const waiting = await newDelivery(store);
  const states = async () =>
    new Map(
      (await store.db.selectFrom('delivery').select(['id', 'state']).execute()).map((row) => [row.id, row.state]),
    );
  const attempts = () =>
    store.db.selectFrom('delivery_attempt').select(['delivery_id', 'outcome', 'detail']).orderBy('id').execute();
  return { store, queue, claimed, waiting, refused, states, attempts };
}

const endedWith = (delivery: ClaimedDelivery, detail: string, outcome: string): SettledDelivery => ({
  delivery,
  step: { to: 'accepted' },
  attempt: { route: 'push', outcome, detail, startedAt: T0, endedAt: T0 },
  at: T0,
});

it('writes the others and claims what is due where the database does not take one ending', async () => {
  const { queue, claimed, waiting, refused, states, attempts } = await openQueue();
  const bad = claimed[1]?.id ?? '';
  const ended = claimed.map((delivery) =>
    endedWith(delivery, 'said', delivery.id === bad ? (null as never) : 'accepted'),
  );
  const turned = await queue.turn(ended, CLAIM);
  expect(turned.claimed).toMatchObject([{ id: waiting.id }]);
  expect(turned.written).toEqual(new Set(claimed.flatMap(({ id }) => (id === bad ? [] : [id]))));
  expect(refused).toEqual([bad]);
  expect([...(await states())].sort()).toEqual(
    [
      ...claimed.map(({ id }) => [id, id === bad ? 'sending' : 'accepted'] as const),
      [waiting.id, 'sending'] as const,
    ].sort(),
  );
  expect(await attempts()).toHaveLength(2);
  // Nobody has a say in it before its lease has run out.
  expect((await queue.turn([], { ...CLAIM, now: epochMs(T0 + 29_999) })).claimed).toEqual([]);
  const [heir] = (await queue.turn([], { ...CLAIM, limit: 1, now: epochMs(T0 + 30_000) })).claimed;
  expect(heir).toMatchObject({ id: bad, inDoubt: true, attempts: 2 });
});

it.runIf(ON_POSTGRES)('leaves out a detail the database does not take', async () => {
  const { queue, claimed, refused, states, attempts } = await openQueue();
  const bad = claimed[1]?.id ?? '';
  const ended = claimed.map((delivery) => endedWith(delivery, delivery.id === bad ? 'a\0b' : 'said', 'accepted'));
  await queue.turn(ended, NO_CLAIM);
  expect(refused).toEqual([bad]);
  for (const { id } of claimed) expect((await states()).get(id)).toBe('accepted');
  expect(new Map((await attempts()).map(({ delivery_id, detail }) => [delivery_id, detail]))).toEqual(
    new Map(claimed.map(({ id }) => [id, id === bad ? null : 'said'])),
  );
});

it('lets all of them wait while the database is in trouble', async () => {
  const { store, claimed, refused, states } = await openQueue();
  const real = senderQueue(store);
  let turns = 0;
  const away: typeof real = {
    ...real,
    turn: async () => {
      turns += 1;
      throw new Error('Connection terminated unexpectedly');
    },
  };
  const queue = unheldQueue(away, (id) => void refused.push(id));
  const ended = claimed.map((delivery) => endedWith(delivery, 'said', 'accepted'));
  await expect(queue.turn(ended, CLAIM)).rejects.toThrow('terminated');
  expect([turns, refused, (await states()).get(claimed[0]?.id ?? '')]).toEqual([1, [], 'sending']);
});
