import type { Migration } from 'kysely/migration';
import * as firstCoupon from './0001-first-coupon.ts';
import * as vaultCheck from './0002-vault-check.ts';
import * as eventTrigger from './0003-event-trigger.ts';

/** Forward only, in the order of their names. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-coupon': firstCoupon,
  '0002-vault-check': vaultCheck,
  '0003-event-trigger': eventTrigger,
};
