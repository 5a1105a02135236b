import { expect, it } from 'vitest';
import { couponRows } from './coupons.ts';
import { newCoupon, newMember, openStore, TEA } from './testing.fixture.ts';

it('issues one coupon for one right, however many try', async () => {
  const store = await openStore();
  const member = await newMember(store);
  const tries = await Promise.all(
    Array.from({ length: 10 }, () => store.repos.coupons.issue(newCoupon(member), 'tea|m|all|1')),
  );
  expect(tries.filter((id) => id !== undefined)).toHaveLength(1);
  expect(await couponRows(store).ofMembers([member], [TEA])).toMatchObject([{ memberId: member, state: 'issued' }]);
});

it('never has one code twice', async () => {
  const store = await openStore();
  const member = await newMember(store);
  const coupon = newCoupon(member);
  await store.repos.coupons.issue(coupon, 'a');
  await expect(store.repos.coupons.issue(coupon, 'b')).rejects.toThrow(/code_hash/);
});
