import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CouponId } from '../ids.ts';
import { couponPageKey, couponToken, readCouponToken } from './page-link.ts';

const key = couponPageKey(new Uint8Array(32));
const id = 'cpn_01jd0000000000000000000000' as CouponId;

it('opens the coupon it was made for', () => {
  const token = couponToken(id, key);
  expect(readCouponToken(token, key)).toBe(id);
  // It goes into an address as it is.
  expect(encodeURIComponent(token)).toBe(token);
});

it('opens nothing else', () => {
  const token = couponToken(id, key);
  const other = couponPageKey(new Uint8Array(32).fill(1));
  expect(readCouponToken(token, other)).toBeUndefined();
  expect(readCouponToken(token.replace('jd', 'je'), key)).toBeUndefined();
  expect(readCouponToken(`${token}.x`, key)).toBeUndefined();
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      expect(readCouponToken(text, key)).toBeUndefined();
    }),
  );
});
