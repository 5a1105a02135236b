import type { EpochMs } from '../../protocol/units.ts';
import type { Till } from '../core/till/types.ts';
import type { TillLanguage } from '../core/till/words.ts';
import type { StoreContext } from './context.ts';
import type { TillRegistry } from './till-memory.ts';

/** What one request of a till is worked off with, in the transaction that `db` is. */
export interface TillTx extends StoreContext {
  readonly registry: TillRegistry;
  readonly till: Till;
  readonly language: TillLanguage;
  readonly now: EpochMs;
  /** The coupon whose page a token opens. */
  readonly couponOfPage: (token: string) => string | undefined;
}
