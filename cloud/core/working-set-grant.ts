import type { EpochMs } from '../../protocol/units.ts';
import { localTime } from './calendar.ts';
import { messagesKey, stockKey } from './counter-keys.ts';
import { CODE_ENTROPY_BYTES, formatCode, mintCode } from './coupon/code.ts';
import { issueKey, valueText } from './coupon/coupon.ts';
import { couponExpiry } from './coupon/expiry.ts';
import { clockOf, storeOf } from './decide/clock.ts';
import { notAfter } from './decide/not-after.ts';
import type { RefusalReason } from './decide/reasons.ts';
import { isFresh } from './decide/route.ts';
import type { DecisionEvent, Route } from './decide/types.ts';
import type { CouponId, MemberId, Mint } from './ids.ts';
import type { PolicySpec } from './manifest/policy.ts';
import { type LineMessage, pickSource, renderMessages } from './message/render.ts';
import type { NewDelivery } from './ports.ts';
import type { Memory } from './working-set-memory.ts';
import type { Occurrence, Offer } from './working-set-types.ts';

export interface GiveInput {
  readonly occurrence: Occurrence;
  readonly event: DecisionEvent;
  readonly memberId: MemberId;
  readonly offer: Offer;
  readonly route: Route | undefined;
}

export interface GiveContext {
  readonly memory: Memory;
  readonly mint: Mint;
  readonly policy: PolicySpec | undefined;
  readonly now: EpochMs;
}

export type Given =
  | { readonly ok: true; readonly couponId: CouponId; readonly delivery: Omit<NewDelivery, 'decisionId'> }
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
  const message = makeMessage(input, { code, expiresAt, timeZone });
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

  const couponId = mint.id('coupon') as CouponId;
  const storeId = storeOf(offer, node?.place);
  memory.issue({
    id: couponId,
    campaignId,
    campaignVersion: offer.version,
    memberId,
    code,
    ...(storeId !== undefined && { storeId }),
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
  const message = makeMessage(input, { code: held.code(), expiresAt: held.expiresAt, timeZone });
  if (!message.ok) return message;
  const delivery = { ...intent(context, input, message.value, route), couponId: held.id, fallback: 'none' as const };
  return { ok: true, couponId: held.id, delivery };
}

function intent({ policy, now }: GiveContext, input: GiveInput, messages: readonly LineMessage[], route: Route) {
  const { occurrence, event, offer, memberId } = input;
  const { replyToken, node } = occurrence;
  return {
    memberId,
    route,
    ...(replyToken !== undefined && { replyToken, tokenReceivedAt: occurrence.event.receivedAt }),
    messages,
    notAfter: notAfter({ event, candidate: offer, place: node?.place, policy, now }),
    createdAt: now,
  };
}

type Made = { readonly ok: true; readonly value: LineMessage[] } | (Given & { readonly ok: false });

function makeMessage(
  { occurrence: { node }, offer }: GiveInput,
  coupon: { readonly code: string; readonly expiresAt: EpochMs; readonly timeZone: string },
): Made {
  const { campaignId, name, spec, home } = offer;
  const locale = node?.locale ?? offer.homeLocale ?? 'default';
  const source = pickSource(spec.offer.message.sources ?? {}, locale);
  if (source === undefined) return { ok: false, reason: 'render_error', complaint: `no-text: none for ${locale}` };
  const rendered = renderMessages(source, {
    store: {
      id: node?.place.storeId ?? home?.storeId ?? '',
      name: node?.storeName ?? offer.homeName ?? '',
    },
    campaign: { id: campaignId, name },
    coupon: {
      code: formatCode(coupon.code),
      value: valueText(spec.offer.coupon.value, locale === 'default' ? 'zh-TW' : locale),
      // The last whole local day of a right that ends (exclusively) then.
      validUntil: localTime((coupon.expiresAt - 1) as EpochMs, coupon.timeZone).date,
      redeemableAt: spec.offer.coupon.redeemableAt,
    },
  });
  if (rendered.ok) return { ok: true, value: rendered.value };
  return { ok: false, reason: 'render_error', complaint: `${rendered.reject.code}: ${rendered.reject.detail}` };
}
