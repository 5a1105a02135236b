import type { CampaignId, MemberId } from '../ids.ts';
import type { CouponValue } from '../manifest/offer.ts';

/**
 *   issued ──► locked ──► redeemed
 *     │  ▲────────┘           (a lock runs out)
 *     ├──► expired
 *     └──► revoked            (never shown to anyone: its delivery failed for good)
 */
export type CouponState = 'issued' | 'locked' | 'redeemed' | 'expired' | 'revoked';

/**
 * Names one right: the `ordinal`-th coupon of a campaign for a member. A unique index over it makes the database
 * refuse the second of two dispatchers that decided the same thing at once.
 */
export const issueKey = (campaign: CampaignId, member: MemberId, ordinal: number): string =>
  [campaign, member, 'all', ordinal].join('|');

/** The ordinal an issue key was made with; 0 of one made otherwise. */
export function ordinalOf(key: string): number {
  const ordinal = Number(key.split('|').at(-1));
  return Number.isSafeInteger(ordinal) && ordinal > 0 ? ordinal : 0;
}

/** The value as a person reads it. */
export function valueText(value: CouponValue, locale: string): string {
  const zh = locale.startsWith('zh');
  if ('percent' in value) return zh ? `${chineseDiscount(value.percent)}` : `${value.percent} % off`;
  if ('amount' in value) {
    const money = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: value.currency,
      trailingZeroDisplay: 'stripIfInteger',
    });
    const amount = money.format(value.amount / 10 ** (money.resolvedOptions().maximumFractionDigits ?? 0));
    return zh ? `折抵 ${amount}` : `${amount} off`;
  }
  if ('item' in value) return zh ? `贈 ${value.item}` : `${value.item} as a gift`;
  if ('free' in value) return zh ? `免費 ${value.free}` : `Free ${value.free}`;
  return value.text;
}

/** Chinese states what remains to pay: 20 % off is 8 折, 15 % off 85 折. */
function chineseDiscount(percent: number): string {
  const pays = 100 - percent;
  if (pays === 0) return '免費';
  // Two digits are hundredths, one is tenths: 5 折 is half the price, not 95 % off.
  return `${pays % 10 === 0 || pays < 10 ? pays / 10 : pays} 折`;
}
