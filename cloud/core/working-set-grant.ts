import { messagesKey, stockKey } from './counter-keys.ts';
import { CODE_ENTROPY_BYTES, mintCode } from './coupon/code.ts';
import { issueKey } from './coupon/coupon.ts';
import { couponExpiry } from './coupon/expiry.ts';
import { clockOf, storeOf } from './decide/clock.ts';
import type { RefusalReason } from './decide/reasons.ts';
import { isFresh } from './decide/route.ts';
import type { CouponId } from './ids.ts';
import type { NewDelivery } from './ports.ts';
import { couponShown, type GiveContext, type GiveInput, intent, makeMessage } from './working-set-message.ts';

export type Given =
  | { readonly ok: true; readonly couponId?: CouponId; readonly delivery: Omit<NewDelivery, 'decisionId'> }
  /** `complaint` says what is wrong with a message that could not be made. */
  | { readonly ok: false; readonly reason: RefusalReason; readonly complaint?: string };

/**
 * Turns a granted decision into a coupon and the intent to send it. Everything that can fail is tried before anything
 * is kept: the message is rendered first, then stock and budget are looked at, and only then they are taken.
 */
export function makeGrant(context: GiveContext, input: GiveInput): Given {
  const { memory, mint, now } = context;
  const { occurrence, event, offer, memberId, route } = input;
  const { node } = occurrence;
  const { campaignId, spec } = offer;
  const { limits, delivery } = spec;
  const { timeZone } = clockOf(offer, node?.place);
  const code = mintCode(mint.bytes(CODE_ENTROPY_BYTES));
  if (code === undefined || route === undefined) return { ok: false, reason: 'render_error' };
  const expiresAt = couponExpiry(spec.offer.coupon.expires, now, timeZone);
  const couponId = mint.id('coupon') as CouponId;
  const shown = couponShown(context, { id: couponId, code, expiresAt, timeZone });
  const message = makeMessage(context, input, offer.spec.offer.message, shown);
  if (!message.ok) return message;

  const stock = limits.stock === undefined ? undefined : stockKey(campaignId);
  if (stock !== undefined && memory.left(stock, limits.stock ?? 0) === 0)
    return { ok: false, reason: 'stock_exhausted' };

  // A stale event may be answered, but a push for it would be a surprise.
  const mayFallBack = route === 'reply' && delivery.fallback === 'push' && isFresh(event, offer);
  const { messages } = limits;
  const budget =
    messages !== undefined && (route === 'push' || mayFallBack)
      ? messagesKey(campaignId, now, messages.per, timeZone)
      : undefined;
  const budgetLeft = budget === undefined || memory.take(budget, messages?.max ?? 0);
  // Without budget there is no push; a reply costs nothing and goes out without its safety net.
  if (route === 'push' && !budgetLeft) return { ok: false, reason: 'budget_exhausted' };
  if (stock !== undefined) memory.take(stock, limits.stock ?? 0);

  const storeId = storeOf(offer, node?.place);
  memory.issue({
    id: couponId,
    campaignId,
    campaignVersion: offer.version,
    memberId,
    code,
    ...(storeId !== undefined && { storeId }),
    ...(occurrence.source && { source: occurrence.source }),
    issuedAt: now,
    expiresAt,
    issueKey: issueKey(campaignId, memberId, memory.nextOrdinal(campaignId, memberId)),
  });
  return {
    ok: true,
    couponId,
    delivery: {
      ...intent(context, input, message.value, route),
      couponId,
      fallback: mayFallBack && budgetLeft ? 'push' : 'none',
      ...(stock !== undefined && { stockKey: stock }),
      ...(budget !== undefined && budgetLeft && { budgetKey: budget }),
    },
  };
}

/** Who asks again is shown the coupon already held: no stock, no budget, no new right. */
export function showAgain(context: GiveContext, input: GiveInput): Given {
  const { memory, now } = context;
  const { occurrence, offer, memberId, route } = input;
  const held = memory.heldCoupon(offer.campaignId, memberId, now);
  if (held === undefined || route === undefined) return { ok: false, reason: 'render_error' };
  const { timeZone } = clockOf(offer, occurrence.node?.place);
  const shown = couponShown(context, { id: held.id, code: held.code(), expiresAt: held.expiresAt, timeZone });
  const message = makeMessage(context, input, offer.spec.offer.message, shown);
  if (!message.ok) return message;
  const delivery = { ...intent(context, input, message.value, route), couponId: held.id, fallback: 'none' as const };
  return { ok: true, couponId: held.id, delivery };
}

/** Who asked too late is told so; nothing is given, taken or counted. */
export function tellSoldOut(context: GiveContext, input: GiveInput): Given {
  const { soldOut } = input.offer.spec.offer;
  if (soldOut === undefined)
    return { ok: false, reason: 'render_error', complaint: 'no-text: none for being sold out' };
  const message = makeMessage(context, input, soldOut, undefined);
  if (!message.ok) return message;
  return { ok: true, delivery: { ...intent(context, input, message.value, 'reply'), fallback: 'none' } };
}
