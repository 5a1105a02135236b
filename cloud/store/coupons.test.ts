import { expect, it } from 'vitest';
import { newCoupon, newMember, openStore, TEA } from './testing.fixture.ts';

it('issues one coupon for one right, however many try', async () => {
  const store = await openStore();
  const member = await newMember(store);
  const tries = await Promise.all(
    Array.from({ length: 10 }, () => store.repos.coupons.issue(newCoupon(member), 'tea|m|all|1')),
  );
  expect(tries.filter((id) => id !== undefined)).toHaveLength(1);
  expect(await store.repos.coupons.countOf(TEA, member)).toBe(1);
});

it('never has one code twice', async () => {
  const store = await openStore();
  const member = await newMember(store);
  const coupon = newCoupon(member);
  await store.repos.coupons.issue(coupon, 'a');
  await expect(store.repos.coupons.issue(coupon, 'b')).rejects.toThrow(/code_hash/);
});
