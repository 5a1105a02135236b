import { expect, it } from 'vitest';
import { CODE_ENTROPY_BYTES, formatCode, mintCode } from '../core/coupon/code.ts';
import { couponRows } from './coupons.ts';
import { readings } from './reading.ts';
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

it('shows a coupon by its id and by the code a person reads out', async () => {
  const store = await openStore();
  const code = mintCode(new Uint8Array(CODE_ENTROPY_BYTES).fill(7));
  if (code === undefined) throw new Error('no code of these bytes');
  const member = await newMember(store);
  const id = (await store.repos.coupons.issue(newCoupon(member, { code }), 'tea|m|all|1')) ?? '';
  const read = readings(store);
  expect(await read.coupon(formatCode(code).toLowerCase())).toMatchObject({ id, member, code: formatCode(code) });
  expect((await read.coupon(id)).code).toBe(formatCode(code));
  await expect(read.coupon('cpn_nothing')).rejects.toMatchObject({ code: 'unknown_coupon' });
});
