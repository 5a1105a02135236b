import type { EpochMs } from '../../../protocol/units.ts';
import { valueText } from '../coupon/coupon.ts';
import type { CouponLife } from '../coupon/step.ts';
import { lastMoment } from './last-moment.ts';
import type { TillRefusal } from './refusal.ts';
import type { CouponFacts } from './types.ts';
import { type TillLanguage, timeText, wordsOf } from './words.ts';

/** A coupon as a till is told of it. Whose it is, no till needs to know. */
export function couponView(coupon: CouponFacts, life: CouponLife, language: TillLanguage, now: EpochMs) {
  const { id, campaignId, issuedAt, expiresAt, timeZone, terms } = coupon;
  return {
    id,
    state: stateOf(life, expiresAt, now),
    value: terms.value,
    valueText: valueText(terms.value, language),
    campaign: { id: campaignId, name: terms.campaignName },
    issuedAt,
    expiresAt,
    timeZone,
    validUntilText: timeText(lastMoment(expiresAt), language, timeZone),
    redeemableAt: terms.redeemableAt.map((place) => ({ kind: place.kind, id: place.id, name: place.name })),
  };
}

/** What nobody has noted yet is so all the same: a lock that ran out, an end that has come. */
function stateOf(life: CouponLife, expiresAt: EpochMs, now: EpochMs): CouponLife['at'] {
  const open = life.at === 'locked' && life.until <= now ? 'issued' : life.at;
  return open === 'issued' && expiresAt <= now ? 'expired' : open;
}

/** A refusal as it is answered: code and facts for the till, words for the cashier. */
export function refusalView(refusal: TillRefusal, language: TillLanguage, timeZone: string) {
  const { message, remedy } = wordsOf(refusal, language, timeZone);
  return {
    ...refusal,
    message,
    remedy,
    ...('at' in refusal && { atText: timeText(refusal.at, language, timeZone) }),
  };
}
