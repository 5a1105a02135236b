import type { EpochMs } from '../../protocol/units.ts';
import { closingTime, endOfDate, expiryAfter, localTime } from '../core/calendar.ts';
import { messagesKey, stockKey } from '../core/counter-keys.ts';
import { CODE_ENTROPY_BYTES, formatCode, mintCode } from '../core/coupon/code.ts';
import { issueKey, valueText } from '../core/coupon/coupon.ts';
import { notAfter } from '../core/decide/gates.ts';
import type { RefusalReason } from '../core/decide/reasons.ts';
import { isFresh } from '../core/decide/route.ts';
import type { Candidate, Decision, DecisionEvent, Place } from '../core/decide/types.ts';
import type { CouponId, MemberId, Mint } from '../core/ids.ts';
import { pickSource, renderMessages } from '../core/message/render.ts';
import type { LedgerTx, NewDelivery } from '../core/ports.ts';

export interface GrantInput {
  readonly event: DecisionEvent;
  readonly place: Place;
  readonly storeName: string;
  readonly locale: string;
  readonly memberId: MemberId;
  readonly candidate: Candidate & { readonly name: string };
  readonly decision: Decision;
  readonly replyToken?: string;
  readonly receivedAt: EpochMs;
  readonly now: EpochMs;
}

export type Grant =
  | { readonly ok: true; readonly couponId: CouponId; readonly delivery: Omit<NewDelivery, 'decisionId'> }
  /** `complaint` says what is wrong with a message that could not be made. */
  | { readonly ok: false; readonly reason: RefusalReason; readonly complaint?: string };

/**
 * Turns a granted decision into a coupon and the intent to send it. Everything that can fail is tried before anything
 * is kept: the message is rendered first, then stock and budget are taken, then the right is written under its issue
 * key. A failure gives back what it took and names the reason.
 */
export async function makeGrant(tx: LedgerTx, mint: Mint, input: GrantInput): Promise<Grant> {
  const { event, place, candidate, decision, memberId, now } = input;
  const { offer, limits, active, delivery } = candidate.spec;
  const route = decision.route;
  const code = mintCode(mint.bytes(CODE_ENTROPY_BYTES));
  if (code === undefined || route === undefined) return { ok: false, reason: 'render_error' };

  const expiresAt = expiryAfter(now, offer.coupon.expires.after, place.timeZone);
  const source = pickSource(offer.message.sources ?? {}, input.locale);
  const rendered =
    source === undefined
      ? undefined
      : renderMessages(source, {
          store: { id: place.storeId, name: input.storeName },
          campaign: { id: candidate.campaignId, name: candidate.name },
          coupon: {
            code: formatCode(code),
            value: valueText(offer.coupon.value, input.locale),
            validUntil: lastDay(expiresAt, place.timeZone),
            redeemableAt: offer.coupon.redeemableAt,
          },
        });
  if (rendered === undefined || !rendered.ok) {
    const { code, detail } = rendered?.reject ?? { code: 'no-text', detail: `none for ${input.locale}` };
    return { ok: false, reason: 'render_error', complaint: `${code}: ${detail}` };
  }

  const taken: string[] = [];
  const take = async (key: string, limit: number): Promise<boolean> => {
    const got = await tx.counters.take(key, limit);
    if (got) taken.push(key);
    return got;
  };
  const fail = async (reason: RefusalReason): Promise<Grant> => {
    for (const key of taken) await tx.counters.giveBack(key);
    return { ok: false, reason };
  };

  const stock = limits.stock === undefined ? undefined : stockKey(candidate.campaignId);
  if (stock !== undefined && !(await take(stock, limits.stock ?? 0))) return await fail('stock_exhausted');

  // A stale event may be answered, but a push for it would be a surprise.
  const mayFallBack = route === 'reply' && delivery.fallback === 'push' && isFresh(event, candidate);
  const { messages } = limits;
  let budget: string | undefined;
  let budgetLeft = true;
  if (messages !== undefined && (route === 'push' || mayFallBack)) {
    const key = messagesKey(candidate.campaignId, now, messages.per, place.timeZone);
    budgetLeft = await take(key, messages.max);
    if (budgetLeft) budget = key;
  }
  // Without budget there is no push; a reply costs nothing and goes out without its safety net.
  if (route === 'push' && !budgetLeft) return await fail('budget_exhausted');

  const ordinal = (await tx.coupons.countOf(candidate.campaignId, memberId)) + 1;
  const couponId = await tx.coupons.issue(
    {
      campaignId: candidate.campaignId,
      campaignVersion: candidate.version,
      memberId,
      code,
      storeId: place.storeId,
      issuedAt: now,
      expiresAt,
    },
    issueKey(candidate.campaignId, memberId, ordinal),
  );
  if (couponId === undefined) return await fail('already_has_coupon');

  const windowEnds = [
    active.hours && closingTime(event.at, place.timeZone, active.hours),
    active.until === undefined ? undefined : endOfDate(active.until, place.timeZone),
    closingTime(now, place.timeZone, place.hours),
  ];
  return {
    ok: true,
    couponId,
    delivery: {
      memberId,
      couponId,
      route,
      fallback: mayFallBack && budgetLeft ? 'push' : 'none',
      ...(input.replyToken !== undefined && { replyToken: input.replyToken, tokenReceivedAt: input.receivedAt }),
      messages: rendered.value,
      notAfter: notAfter(event, candidate, windowEnds),
      ...(stock !== undefined && { stockKey: stock }),
      ...(budget !== undefined && { budgetKey: budget }),
      createdAt: now,
    },
  };
}

/** The last whole local day of a right that ends (exclusively) at `expiresAt`. */
const lastDay = (expiresAt: EpochMs, timeZone: string): string => localTime((expiresAt - 1) as EpochMs, timeZone).date;
