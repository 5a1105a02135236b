import { MARKETING } from './consent.ts';
import { couponExpiry } from './coupon/expiry.ts';
import { clockOf } from './decide/clock.ts';
import type { ExplainedAudience } from './explain.ts';
import type { CouponId, MemberId, Mint } from './ids.ts';
import { profileOf } from './member/profile.ts';
import type { PreviewAsked } from './preview.ts';
import { NONE, type SegmentExpr } from './segment/types.ts';
import { shortfallOf } from './shortfall.ts';
import { rememberPast } from './working-set-memory.ts';
import { couponShown, type MemberLinks, makeMessage } from './working-set-message.ts';
import type { DecisionRow, Occurrence, Offer, Past } from './working-set-types.ts';

/** Who looks at a campaign, and what it says to them where it gives them nothing. */

/** Stands for somebody nothing is known of but that they may be written to. */
export const SAMPLE = 'mem_sample' as MemberId;

export const withSample = (past: Past): Past => ({
  ...past,
  people: [{ id: SAMPLE, consent: 'granted', blocked: false }],
  facts: new Map([[SAMPLE, { ...profileOf(new Set(), new Map()), firstSeenAt: NONE, consents: new Set([MARKETING]) }]]),
});

/** In the language asked for. Somebody made up is whoever the campaign means. */
export function spokenTo(offer: Offer, { as, locale, campaign }: PreviewAsked): Offer {
  const { audience, ...rest } = offer;
  const { audience: _meant, ...spec } = offer.spec;
  const meant =
    as === 'sample' && offer.campaignId === campaign ? { ...rest, spec } : { ...rest, ...(audience && { audience }) };
  return { ...meant, ...(locale !== undefined && { homeLocale: locale }) };
}

/** In the form of a code, and nobody's. */
const SAMPLE_CODE = '34679ACDEFGH';

/** What the campaign would have said, had it given something. */
export function wouldSay(past: Past, occurrence: Occurrence, offer: Offer, at: PreviewAsked['at']) {
  const mint = previewMint();
  const memory = rememberPast(past, mint);
  const { detail, trigger = 'enter', trust = 'signed', event, member = SAMPLE } = occurrence;
  const asDecided = { ...detail, id: event.id, ear: event.ear, trigger, at, ageMs: 0, trust };
  const { timeZone } = clockOf(offer, occurrence.node?.place);
  const expiresAt = couponExpiry(offer.spec.offer.coupon.expires, at, timeZone);
  const id = 'cpn_preview' as CouponId;
  const shown = couponShown({ links: PREVIEW_LINKS }, { id, code: SAMPLE_CODE, expiresAt, timeZone });
  const giving = { memory, mint, policy: undefined, now: at, links: PREVIEW_LINKS };
  const input = { occurrence, event: asDecided, memberId: member, offer, route: undefined };
  return makeMessage(giving, input, offer.spec.offer.message, shown);
}

/** Nobody opens them. */
export const PREVIEW_LINKS: MemberLinks = {
  form: (form) => `https://example.com/f/${form}?t=preview`,
  coupon: () => 'https://example.com/c/preview',
};

/** Ids of what is only imagined. */
export function previewMint(): Mint {
  let made = 0;
  return {
    id: (kind) => `${kind}_preview${(made++).toString(36)}`,
    uuid: () => '00000000-0000-7000-8000-000000000000',
    bytes: (length) => new Uint8Array(length),
  };
}

/** Which conditions of a campaign's audience keep the person out, by the facts the campaign was weighed by. */
export function whyNotMeant(
  past: Past,
  { member = SAMPLE, node }: Occurrence,
  { decision, at }: DecisionRow,
  { offer, segments }: { readonly offer: Offer; readonly segments: ReadonlyMap<string, SegmentExpr> },
): ExplainedAudience | undefined {
  const { audience } = offer.spec;
  if (audience === undefined || decision.reason !== 'audience_mismatch') return undefined;
  const memory = rememberPast(past, previewMint());
  const visit = decision.visitId && node && memory.joinVisit(member, node, at);
  const { timeZone } = clockOf(offer, node?.place);
  return shortfallOf(audience, segments, memory.factsOf(member, visit), { now: at, timeZone });
}
