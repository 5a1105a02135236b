import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import type { CouponValue } from '../manifest/offer.ts';
import { attribute, type VisitFacts } from './attribute.ts';
import { discountOf } from './discount.ts';
import { GUESS_WINDOW_MS, guessed, LOCKED_OUT_FOR_MS, lockedOut, MOST_WRONG, NO_GUESSES } from './guess.ts';
import { tillLanguage, wordsOf } from './words.ts';

describe('what a coupon takes off', () => {
  const price = { minor: 9_900, currency: 'TWD' };
  it.each<[CouponValue, number | undefined]>([
    [{ percent: 20 }, 1_980],
    [{ percent: 100 }, 9_900],
    [{ percent: 15 }, 1_485],
    [{ amount: 5_000, currency: 'TWD' }, 5_000],
    [{ amount: 50_000, currency: 'TWD' }, 9_900],
    [{ amount: 5_000, currency: 'JPY' }, undefined],
    [{ item: '珍奶' }, undefined],
    [{ free: 'tea' }, undefined],
    [{ text: 'A surprise' }, undefined],
  ])('%j is %s', (value, minor) => {
    expect(discountOf(value, price)).toEqual(minor === undefined ? undefined : { minor, currency: 'TWD' });
    expect(discountOf(value, undefined)).toBeUndefined();
  });

  it('is whole, and never more than the price', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 100 }), (minor, percent) => {
        const off = discountOf({ percent }, { minor, currency: 'TWD' })?.minor ?? -1;
        expect(Number.isInteger(off) && off >= 0 && off <= minor).toBe(true);
      }),
    );
  });
});

describe('who tries codes out', () => {
  const at = (ms: number): EpochMs => epochMs(1_000_000_000 + ms);
  const wrong = (times: readonly number[]) => times.reduce((state, ms) => guessed(state, at(ms)), NO_GUESSES);
  const every = (ms: number, count: number) => Array.from({ length: count }, (_, index) => index * ms);

  it('is locked out at the last of too many, for a quarter of an hour', () => {
    expect(lockedOut(wrong(every(1_000, MOST_WRONG - 1)), at(60_000))).toBeUndefined();
    const out = wrong(every(1_000, MOST_WRONG));
    const last = (MOST_WRONG - 1) * 1_000;
    expect(lockedOut(out, at(last))).toBe(at(last + LOCKED_OUT_FOR_MS));
    expect(lockedOut(out, at(last + LOCKED_OUT_FOR_MS))).toBeUndefined();
    expect(out).toMatchObject({ wrong: 0, lockouts: 1 });
  });

  it('is not who mistypes now and then', () => {
    expect(wrong(every(GUESS_WINDOW_MS / 10, 500)).lockouts).toBe(0);
  });
});

describe('what a sale is credited to', () => {
  const HOUR = 3600_000;
  const visit = (id: string, storeId: string, from: number, until: number): VisitFacts => ({
    ...{ id, storeId, openedAt: epochMs(from * HOUR), lastAt: epochMs(until * HOUR), creditForMs: 24 * HOUR },
  });
  const visits = [visit('a', 's1', 1, 2), visit('b', 's1', 5, 6), visit('c', 's2', 7, 8), visit('d', 's1', 40, 41)];
  const store = { kind: 'store' as const, id: 's1' };
  const web = { kind: 'web-shop' as const, id: 'w' };
  const sale = (at: number, channel: typeof store | typeof web = store) => ({
    ...{ at: epochMs(at * HOUR), channel, member: 'm' },
  });

  it.each([
    ['the latest visit before it', sale(9), 'b'],
    ['the visit it fell into', sale(5.5), 'b'],
    ['a visit to another store, in a web shop alone', sale(9, web), 'c'],
    ['the last moment of the window', sale(30), 'b'],
    ['nothing after it', sale(30.01), undefined],
    ['nothing before the first', sale(0.5), undefined],
  ])('%s', (_name, what, wanted) => {
    const to = attribute(what, visits, []);
    expect(to.rule === 'visit' ? to.visit : undefined).toBe(wanted);
  });

  it('the coupon redeemed with it, before all; of several the first', () => {
    const redeemed = (id: string, at: number) => ({ id, at: epochMs(at * HOUR), campaign: `of ${id}`, visit: 'a' });
    const to = attribute(sale(9), visits, [redeemed('late', 9), redeemed('first', 8)]);
    expect(to).toEqual({ rule: 'redemption', redemption: 'first', campaign: 'of first', visit: 'a' });
  });

  it('nobody, where nobody is known', () => {
    const to = attribute({ at: epochMs(9 * HOUR), channel: store }, visits, []);
    expect(to).toEqual({ rule: 'unattributed', why: 'no_member' });
  });

  it('never what began later, or elsewhere, or is over', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.boolean(), (minutes, online) => {
        const what = sale(minutes / 30, online ? web : store);
        const to = attribute(what, visits, []);
        if (to.rule !== 'visit') return;
        const found = visits.find(({ id }) => id === to.visit);
        expect(found && found.openedAt <= what.at && what.at <= found.lastAt + found.creditForMs).toBe(true);
        if (!online) expect(found?.storeId).toBe('s1');
      }),
    );
  });
});

describe('words for the cashier', () => {
  const at = epochMs(Date.parse('2026-11-22T06:05:00Z'));
  const refusal = { code: 'already_redeemed', at, place: { kind: 'store', id: 's', name: '台南店' } } as const;

  it('name the time in the shop’s zone, and the place', () => {
    expect(wordsOf(refusal, 'en', 'Asia/Taipei').message).toBe(
      'This coupon was redeemed on 22 Nov 2026, 14:05 at 台南店.',
    );
    expect(wordsOf(refusal, 'zh-TW', 'Asia/Taipei').message).toMatch(/2026年11月22日.*14:05.*台南店/);
  });

  it('name the last moment a coupon was good, as the coupon itself does', () => {
    const expired = { code: 'coupon_expired', expiredAt: epochMs(Date.parse('2026-12-22T16:00:00Z')) } as const;
    expect(wordsOf(expired, 'en', 'Asia/Taipei').message).toBe('This coupon was good until 22 Dec 2026, 23:59.');
    expect(wordsOf(expired, 'zh-TW', 'Asia/Taipei').message).toMatch(/2026年12月22日.*23:59/);
  });

  it('name a few of many places', () => {
    const validAt = Array.from({ length: 9 }, (_, i) => ({ kind: 'store' as const, id: `s${i}`, name: `店${i}` }));
    const words = wordsOf({ code: 'wrong_place', validAt }, 'en', 'Asia/Taipei');
    expect(words.remedy).toBe('It is good at: 店0, 店1, 店2, 店3, 店4, 店5 and 3 more.');
  });

  it.each([
    [undefined, 'en'],
    ['zh-TW,zh;q=0.9,en;q=0.8', 'zh-TW'],
    ['de-DE, zh-Hant', 'zh-TW'],
    ['en-GB', 'en'],
  ])('%s is %s', (header, language) => {
    expect(tillLanguage(header)).toBe(language);
  });
});
