import type { EpochMs } from '../../../protocol/units.ts';
import type { TillRefusal, TillRefusalCode } from './refusal.ts';
import type { Money, Place } from './types.ts';

/** What a cashier reads: what is the matter, and what can be done about it. */
export interface Words {
  readonly message: string;
  readonly remedy: string;
}

/** Facts of a refusal as a person reads them. */
export interface Told {
  /** A moment, in the shop's zone. */
  readonly time: (at: EpochMs) => string;
  readonly money: (money: Money) => string;
  readonly places: (places: readonly Place[]) => string;
}

export type TillTexts = {
  readonly [Code in TillRefusalCode]: (refusal: Extract<TillRefusal, { code: Code }>, told: Told) => Words;
};
