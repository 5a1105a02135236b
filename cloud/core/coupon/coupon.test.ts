import { expect, it } from 'vitest';
import type { CampaignId, MemberId } from '../ids.ts';
import type { CouponValue } from '../manifest/offer.ts';
import { issueKey, valueText } from './coupon.ts';

it.each<[CouponValue, string, string]>([
  [{ percent: 20 }, '8 折', '20 % off'],
  [{ percent: 15 }, '85 折', '15 % off'],
  [{ percent: 50 }, '5 折', '50 % off'],
  [{ percent: 95 }, '0.5 折', '95 % off'],
  [{ percent: 100 }, '免費', '100 % off'],
  [{ amount: 5000, currency: 'TWD' }, '折抵 $50', 'NT$50 off'],
  [{ amount: 150, currency: 'USD' }, '折抵 US$1.50', '$1.50 off'],
  [{ amount: 300, currency: 'JPY' }, '折抵 ¥300', '¥300 off'],
  [{ item: '珍奶' }, '贈 珍奶', '珍奶 as a gift'],
  [{ free: 'tea' }, '免費 tea', 'Free tea'],
  [{ text: 'A surprise' }, 'A surprise', 'A surprise'],
])('%j reads %s and %s', (value, chinese, english) => {
  expect(valueText(value, 'zh-TW')).toBe(chinese);
  expect(valueText(value, 'en-US')).toBe(english);
});

it('names one right', () => {
  expect(issueKey('tea' as CampaignId, 'mem_1' as MemberId, 2)).toBe('tea|mem_1|all|2');
});
