import type { Insertable, Selectable } from 'kysely';
import { epochMs } from '../../protocol/units.ts';
import type { CouponLife } from '../core/coupon/step.ts';
import type { TillAnswer } from '../core/till/answer.ts';
import type { RedeemAsked } from '../core/till/asked.ts';
import { attribute } from '../core/till/attribute.ts';
import { discountOf } from '../core/till/discount.ts';
import type { CouponFacts, Money } from '../core/till/types.ts';
import { couponView } from '../core/till/view.ts';
import { attributionColumns } from './sale-attribution.ts';
import type { Database } from './schema.ts';
import type { TillTx } from './till-context.ts';
import type { LinkedAtTill } from './till-identities.ts';

/** What a redemption writes and answers, whether it comes alone or among many. */
export interface Redeeming {
  readonly id: string;
  readonly key: string;
  readonly asked: RedeemAsked;
  readonly coupon: { readonly facts: CouponFacts; readonly memberId: string };
  /** What the coupon has become. */
  readonly life: CouponLife;
}

export const priceOf = ({ amount, currency }: Pick<RedeemAsked, 'amount' | 'currency'>): Money | undefined =>
  amount === undefined || currency === undefined ? undefined : { minor: amount, currency };

export async function couponFacts(
  { registry, till }: TillTx,
  row: Selectable<Database['coupon']>,
): Promise<CouponFacts> {
  const home = row.store_id === null ? undefined : registry.channel(row.store_id);
  return {
    ...{ id: row.id, campaignId: row.campaign_id },
    ...{ issuedAt: epochMs(row.issued_at), expiresAt: epochMs(row.expires_at) },
    timeZone: (home ?? till.channel).timeZone,
    terms: await registry.terms(row.campaign_id, row.campaign_version),
  };
}

export function redemptionRow(
  { now, till: { channel, tokenId } }: TillTx,
  { id, key, asked, coupon }: Redeeming,
  saleId: string | undefined,
): Insertable<Database['redemption']> {
  const price = priceOf(asked);
  const discount = discountOf(coupon.facts.terms.value, price);
  return {
    ...{ id, kind: 'redeem', parent_id: null, coupon_id: coupon.facts.id, idempotency_key: key, at: now },
    ...{ channel_kind: channel.kind, channel_id: channel.id, token_id: tokenId },
    ...{ order_ref: asked.order ?? null, staff: asked.staff ?? null, tender: asked.tender ?? null, reason: null },
    ...{ amount_minor: price?.minor ?? null, currency: price?.currency ?? null },
    ...{ discount_minor: discount?.minor ?? null, undone_at: null, sale_id: saleId ?? null },
  };
}

/**
 * A sale that is known by its coupon alone: what was paid is the price without what the coupon took off. Without a number
 * of its own it has that of the redemption.
 */
export function saleRow(
  { mint, now, till: { channel } }: TillTx,
  redeeming: Redeeming,
  price: Money,
  visit: string | undefined,
): Insertable<Database['sale']> {
  const { id, asked, coupon } = redeeming;
  const discount = discountOf(coupon.facts.terms.value, price);
  return {
    ...{ id: mint.id('sale'), channel_kind: channel.kind, channel_id: channel.id, txn: asked.order ?? id },
    ...{ at: now, recorded_at: now, amount_minor: price.minor - (discount?.minor ?? 0), currency: price.currency },
    ...{ tender: asked.tender ?? null, staff: asked.staff ?? null, member_id: coupon.memberId },
    ...{ lines: null, source: 'redemption', refunded_minor: 0, voided_at: null },
    ...attributionColumns(creditOf(redeeming, { now, channel }, visit)),
  };
}

export const creditOf = (
  { id, coupon }: Redeeming,
  { now, channel }: { readonly now: TillTx['now']; readonly channel: TillTx['till']['channel'] },
  visit: string | undefined,
) =>
  attribute(
    { at: now, channel },
    [],
    [{ id, at: now, campaign: coupon.facts.campaignId, ...(visit !== undefined && { visit }) }],
  );

export function redeemedAnswer(
  { language, now, till: { channel } }: TillTx,
  { id, asked, coupon, life }: Redeeming,
  sale: { readonly id: string; readonly transaction: string } | undefined,
  identities: readonly LinkedAtTill[],
): Extract<TillAnswer, { kind: 'done' }> {
  const discount = discountOf(coupon.facts.terms.value, priceOf(asked));
  const body = {
    redemption: id,
    redeemedAt: now,
    channel: { kind: channel.kind, id: channel.id, name: channel.name },
    coupon: couponView(coupon.facts, life, language, now),
    ...(discount && { discount }),
    ...(sale && { sale }),
    identities,
  };
  return { kind: 'done', status: 201, body };
}
