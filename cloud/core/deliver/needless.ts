import type { EpochMs } from '../../../protocol/units.ts';
import { type DeliveryFacts, expire, lastAttemptAt, type SettleStep, unsendable } from './settle.ts';

/** A delivery, and what is known of whom it goes to. */
export interface Addressed extends DeliveryFacts {
  readonly lineUserId?: string;
  readonly blocked?: true;
  readonly withdrew?: true;
}

/** What becomes of a claimed delivery without a call; `undefined` where LINE is to be called for it. */
export function needless(delivery: Addressed, now: EpochMs): SettleStep | undefined {
  if (now > lastAttemptAt(delivery)) return expire(delivery);
  if (delivery.blocked === true) return unsendable(delivery, 'blocked');
  if (delivery.withdrew === true) return unsendable(delivery, 'no_consent');
  if (delivery.route === 'push' && delivery.lineUserId === undefined) return unsendable(delivery, 'unlinked');
  return undefined;
}
