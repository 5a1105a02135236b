import type { EpochMs } from '../../protocol/units.ts';
import { localTime } from './calendar.ts';
import { formatCode } from './coupon/code.ts';
import { valueText } from './coupon/coupon.ts';
import { type CouponPlaces, placesText } from './coupon/places.ts';
import { dateText } from './coupon/valid-until.ts';
import { notAfter } from './decide/not-after.ts';
import type { DecisionEvent, Route } from './decide/types.ts';
import type { CouponId, MemberId, Mint } from './ids.ts';
import type { CampaignSpec } from './manifest/campaign.ts';
import type { PolicySpec } from './manifest/policy.ts';
import { builtInSources } from './message/built-in.ts';
import { type LineMessage, type MessageContext, pickSource, renderMessages } from './message/render.ts';
import type { Memory } from './working-set-memory.ts';
import type { Occurrence, Offer } from './working-set-types.ts';

/** What is said to whom, and until when it is worth saying. */
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
  readonly links?: MemberLinks | undefined;
}

/** Addresses of ours that a message may lead to. */
export interface MemberLinks {
  /** A form for one member, who may use it for a while from `now`. */
  form(form: string, member: MemberId, now: EpochMs): string;
  /** The page that shows one coupon to whoever holds its address. */
  coupon(coupon: CouponId): string;
}

/** A delivery before it is known of which coupon, and whether it may fall back. */
export function intent(
  { policy, now }: GiveContext,
  { occurrence, event, offer, memberId }: GiveInput,
  messages: readonly LineMessage[],
  route: Route,
) {
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

/** What a message shows of one person's coupon. */
export const couponShown = (
  { links }: Pick<GiveContext, 'links'>,
  coupon: {
    readonly id: CouponId;
    readonly code: string;
    readonly expiresAt: EpochMs;
    readonly timeZone: string;
  },
) => ({
  code: formatCode(coupon.code),
  // The last whole local day of a right that ends (exclusively) then.
  validUntil: localTime((coupon.expiresAt - 1) as EpochMs, coupon.timeZone).date,
  ...(links && { url: links.coupon(coupon.id) }),
});

/** Whoever has not agreed to be called by name is greeted all the same. */
const neutralName = (language: string): string => (language.startsWith('zh') ? '您' : 'you');

const NOWHERE: CouponPlaces = { channels: [], everywhere: false };

type Made =
  | { readonly ok: true; readonly value: LineMessage[] }
  | { readonly ok: false; readonly reason: 'render_error'; readonly complaint: string };

/** One of an offer's messages, in the language of the place; `shown` is absent where there is no coupon to show. */
export function makeMessage(
  { memory, links, now }: GiveContext,
  { occurrence: { node }, offer, memberId }: GiveInput,
  text: CampaignSpec['offer']['message'],
  shown: ReturnType<typeof couponShown> | undefined,
): Made {
  const { campaignId, name, spec, home } = offer;
  const locale = node?.locale ?? offer.homeLocale ?? 'default';
  const source = pickSource(text.sources ?? builtInSources(text.template) ?? {}, locale);
  if (source === undefined) return { ok: false, reason: 'render_error', complaint: `no-text: none for ${locale}` };
  const { value, redeemableAt } = spec.offer.coupon;
  const language = locale === 'default' ? 'zh-TW' : locale;
  const where = placesText(offer.places ?? NOWHERE, language);
  const shop = node?.storeName ?? offer.homeName ?? '';
  const context: MessageContext = {
    store: {
      id: node?.place.storeId ?? home?.storeId ?? '',
      name: shop,
    },
    campaign: { id: campaignId, name },
    coupon: {
      ...shown,
      ...(shown && { validUntilText: dateText(shown.validUntil, language) }),
      value: valueText(value, language),
      redeemableAt,
      where,
      from: shop === '' ? where : shop,
    },
    member: { name: memory.nameOf(memberId) ?? neutralName(language) },
  };
  const rendered = renderMessages(source, context, links && ((form) => links.form(form, memberId, now)));
  if (rendered.ok) return { ok: true, value: rendered.value };
  return { ok: false, reason: 'render_error', complaint: `${rendered.reject.code}: ${rendered.reject.detail}` };
}
