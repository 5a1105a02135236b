import type { CouponValue } from '../manifest/offer.ts';
import type { Money } from './types.ts';

/**
 * What a coupon takes off a price, in the price's minor units; `undefined` where that is for the cashier to know: of
 * gifts and texts, and of an amount in another currency. Never more than the price. Half a unit counts as a whole one;
 * cash that has no coins of the minor unit is rounded by the till, which knows its own law.
 */
export function discountOf(value: CouponValue, price: Money | undefined): Money | undefined {
  if (price === undefined) return undefined;
  const { minor, currency } = price;
  if ('percent' in value) return { minor: Math.round((minor * value.percent) / 100), currency };
  if ('amount' in value && value.currency === currency) return { minor: Math.min(value.amount, minor), currency };
  return undefined;
}
