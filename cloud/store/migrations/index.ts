import type { Migration } from 'kysely/migration';
import * as firstCoupon from './0001-first-coupon.ts';

/** Forward only, in the order of their names. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-coupon': firstCoupon,
};
