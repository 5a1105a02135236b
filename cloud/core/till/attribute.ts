import type { EpochMs } from '../../../protocol/units.ts';

/** What a sale is credited to, and by which rule. What cannot be known is `unattributed`; nothing is guessed. */
export type Attribution =
  | {
      readonly rule: 'redemption';
      readonly redemption: string;
      readonly campaign: string;
      /** In which the coupon was given, where it was. */
      readonly visit?: string;
    }
  | { readonly rule: 'visit'; readonly visit: string; readonly windowMs: number }
  | { readonly rule: 'unattributed'; readonly why: 'no_member' | 'no_visit_in_time' };

export interface SaleFacts {
  readonly at: EpochMs;
  readonly channel: { readonly kind: 'store' | 'web-shop'; readonly id: string };
  readonly member?: string;
}

export interface VisitFacts {
  readonly id: string;
  readonly storeId: string;
  readonly openedAt: EpochMs;
  readonly lastAt: EpochMs;
  /** How long after its end its store credits sales to it. */
  readonly creditForMs: number;
}

export interface RedemptionFacts {
  readonly id: string;
  readonly at: EpochMs;
  readonly campaign: string;
  readonly visit?: string;
}

/** Unless the store says otherwise: whoever tried it in the shop decides within a day. */
export const CREDIT_VISITS_FOR = 'PT24H';

/**
 * A coupon redeemed with the sale proves where it came from; of several, the first. Else the member's latest visit that
 * began before the sale and ended no longer ago than its store credits: in a store its own visits only, in a web shop
 * those to any store.
 */
export function attribute(
  sale: SaleFacts,
  visits: readonly VisitFacts[],
  redemptions: readonly RedemptionFacts[],
): Attribution {
  const [redeemed] = [...redemptions].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  if (redeemed !== undefined) {
    const { id, campaign, visit } = redeemed;
    return { rule: 'redemption', redemption: id, campaign, ...(visit !== undefined && { visit }) };
  }
  if (sale.member === undefined) return { rule: 'unattributed', why: 'no_member' };
  const [latest] = visits
    .filter(
      ({ storeId, openedAt, lastAt, creditForMs }) =>
        (sale.channel.kind === 'web-shop' || storeId === sale.channel.id) &&
        openedAt <= sale.at &&
        sale.at <= lastAt + creditForMs,
    )
    .sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? -1 : 1));
  if (latest === undefined) return { rule: 'unattributed', why: 'no_visit_in_time' };
  return { rule: 'visit', visit: latest.id, windowMs: latest.creditForMs };
}
