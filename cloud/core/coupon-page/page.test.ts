import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { pageLanguage } from '../page/frame.ts';
import { couponPage } from './page.ts';
import { type CouponOnPage, pageState, untilText } from './view.ts';

const at = (text: string) => epochMs(Date.parse(text));
const END = at('2026-12-22T16:00:00Z');
const COUPON: CouponOnPage = {
  state: 'issued',
  campaign: 'Tea <b>"1"</b>',
  value: { percent: 20 },
  code: '34679ACDEFGH',
  format: 'code128',
  expiresAt: END,
  timeZone: 'Asia/Taipei',
  places: { channels: [{ kind: 'web-shop', id: 'web', name: 'Web', url: 'https://web.example' }], everywhere: false },
};
const page = (given: Partial<CouponOnPage>, now = epochMs(END - 1)): string =>
  couponPage({ coupon: { ...COUPON, ...given }, token: 'tkn.mac', language: 'en', nonce: 'n', now });

it('ends exclusively', () => {
  expect(pageState(COUPON, epochMs(END - 1))).toBe('usable');
  expect(pageState(COUPON, END)).toBe('expired');
  expect(pageState({ ...COUPON, state: 'locked' }, epochMs(END - 1))).toBe('usable');
  expect(pageState({ ...COUPON, state: 'redeemed' }, END)).toBe('used');
});

it('names the last day, or the minute', () => {
  expect(untilText(END, 'Asia/Taipei', 'en')).toBe('Tue, 22 Dec 2026');
  expect(untilText(at('2026-12-22T10:30:00Z'), 'Asia/Taipei', 'zh-TW')).toBe('2026年12月22日（週二） 18:30');
});

describe('the page', () => {
  it('escapes what it is given', () => {
    expect(page({})).toContain('<h1>Tea &lt;b&gt;&#34;1&#34;&lt;/b&gt;</h1>');
    expect(page({})).toContain('<a href="https://web.example" rel="noreferrer">Web</a>');
  });

  it.each<[string, Partial<CouponOnPage>]>([
    ['used', { state: 'redeemed', used: { at: epochMs(END - 1), place: 'Taipei 1' } }],
    ['revoked', { state: 'revoked' }],
    ['expired', { state: 'expired' }],
  ])('shows no code once it is %s', (_name, given) => {
    expect(page(given)).not.toMatch(/3467-?9ACD-?EFGH|<svg/);
  });
});

it.each([
  ['en', 'zh-TW', 'en'],
  [undefined, 'zh-TW,zh;q=0.9', 'zh-TW'],
  [undefined, 'ja', 'en'],
  [undefined, undefined, 'zh-TW'],
  ['zh', 'en', 'zh-TW'],
])('?lang=%s with %s reads %s', (asked, accepted, expected) => expect(pageLanguage(asked, accepted)).toBe(expected));
