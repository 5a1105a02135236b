import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { lineQuotaRows } from './line-quota.ts';
import { senderQueue } from './sender-queue.ts';
import { newDelivery, openStore, T0 } from './testing.fixture.ts';

const CLAIM = { limit: 10, leaseMs: 30_000, now: T0, random: 0 };

it('is counted down by what waits and by what was pushed, and is whole again next month', async () => {
  const store = await openStore();
  const quota = lineQuotaRows(store);
  expect(await quota.left(T0)).toBeUndefined();
  await quota.save({ used: 5 }, T0);
  expect(await quota.left(T0)).toBeUndefined();
  await quota.save({ limit: 10, used: 5 }, T0);
  expect(await quota.left(T0)).toBe(5);
  await newDelivery(store);
  await newDelivery(store, { route: 'reply' });
  expect(await quota.left(T0)).toBe(4);

  const { claimed } = await senderQueue(store).turn([], CLAIM);
  expect(await quota.left(T0)).toBe(4);
  const ended = claimed.map((delivery) => ({ delivery, step: { to: 'accepted' } as const, at: T0 }));
  await senderQueue(store).turn(ended, CLAIM);
  expect(await quota.left(T0)).toBe(4);
  expect(await store.db.selectFrom('line_quota').select('used').execute()).toEqual([{ used: 6 }]);

  const nextMonth = epochMs(T0 + 31 * 86_400_000);
  expect([await quota.left(nextMonth), await quota.readAt(nextMonth)]).toEqual([10, undefined]);
});
