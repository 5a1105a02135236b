import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { type CouponInput, type CouponLife, stepCoupon, type Use } from './step.ts';

const END = epochMs(100);
const A: Use = { channel: 'taipei-1', key: 'a' };
const B: Use = { channel: 'tainan-1', key: 'b' };
const ISSUED: CouponLife = { at: 'issued' };
const LOCKED: CouponLife = { at: 'locked', by: A, until: epochMs(50) };
const REDEEMED: CouponLife = { at: 'redeemed', by: A, redeemedAt: epochMs(20) };

const now = epochMs;
const step = (life: CouponLife, input: CouponInput): string => {
  const stepped = stepCoupon(life, END, input);
  return stepped.ok ? stepped.value.at : stepped.reject.code;
};

describe('a coupon', () => {
  it.each<[string, CouponLife, CouponInput, string]>([
    ['is redeemed in one scan', ISSUED, { type: 'redeem', now: now(10), by: A }, 'redeemed'],
    ['is locked for one till', ISSUED, { type: 'lock', now: now(10), by: A, until: now(50) }, 'locked'],
    ['is redeemed by who locked it', LOCKED, { type: 'redeem', now: now(10), by: A }, 'redeemed'],
    ['is not redeemed by another', LOCKED, { type: 'redeem', now: now(10), by: B }, 'locked-elsewhere'],
    ['is not locked by another', LOCKED, { type: 'lock', now: now(10), by: B, until: now(60) }, 'locked-elsewhere'],
    ['is free again when the lock ran out', LOCKED, { type: 'redeem', now: now(50), by: B }, 'redeemed'],
    ['is let go by who locked it', LOCKED, { type: 'rollback', now: now(10), by: A }, 'issued'],
    ['is not let go by another', LOCKED, { type: 'rollback', now: now(10), by: B }, 'nothing-to-undo'],
    ['is not taken back from under a till', LOCKED, { type: 'revoke', now: now(10) }, 'locked-elsewhere'],
    ['is not expired from under a till', LOCKED, { type: 'expire', now: now(10) }, 'locked-elsewhere'],
    ['tells a repeat of its redemption', REDEEMED, { type: 'redeem', now: now(30), by: A }, 'redeemed'],
    ['is redeemed once', REDEEMED, { type: 'redeem', now: now(30), by: B }, 'already-redeemed'],
    ['is not taken back once used', REDEEMED, { type: 'revoke', now: now(30) }, 'already-redeemed'],
    ['is not expired once used', REDEEMED, { type: 'expire', now: now(200) }, 'already-redeemed'],
    ['comes back with a rollback', REDEEMED, { type: 'rollback', now: now(30), by: A }, 'issued'],
    ['does not come back late', REDEEMED, { type: 'rollback', now: now(100), by: A }, 'expired'],
    ['does not come back to another', REDEEMED, { type: 'rollback', now: now(30), by: B }, 'nothing-to-undo'],
    ['is good until its last moment', ISSUED, { type: 'redeem', now: now(99), by: A }, 'redeemed'],
    ['and no longer', ISSUED, { type: 'redeem', now: now(100), by: A }, 'coupon-expired'],
    ['does not expire early', ISSUED, { type: 'expire', now: now(99) }, 'not-yet-expired'],
    ['expires', ISSUED, { type: 'expire', now: now(100) }, 'expired'],
    ['stays expired', { at: 'expired' }, { type: 'redeem', now: now(10), by: A }, 'coupon-expired'],
    ['stays revoked', { at: 'revoked' }, { type: 'redeem', now: now(10), by: A }, 'coupon-revoked'],
  ])('%s', (_name, life, input, expected) => {
    expect(step(life, input)).toBe(expected);
  });

  it('locked in time may be redeemed over the last minute', () => {
    const locked: CouponLife = { at: 'locked', by: A, until: now(130) };
    expect(step(locked, { type: 'redeem', now: now(110), by: A })).toBe('redeemed');
  });
});

describe('whatever is done to it', () => {
  const by = fc.constantFrom(A, B);
  const input: fc.Arbitrary<(at: number) => CouponInput> = fc.oneof(
    fc.tuple(by, fc.integer({ min: 1, max: 40 })).map(([who, long]) => (at: number) => ({
      type: 'lock' as const,
      now: now(at),
      by: who,
      until: now(at + long),
    })),
    { weight: 5, arbitrary: by.map((who) => (at: number) => ({ type: 'redeem' as const, now: now(at), by: who })) },
    { weight: 5, arbitrary: by.map((who) => (at: number) => ({ type: 'rollback' as const, now: now(at), by: who })) },
    { weight: 3, arbitrary: fc.constant((at: number) => ({ type: 'expire' as const, now: now(at) })) },
    { weight: 1, arbitrary: fc.constant((at: number) => ({ type: 'revoke' as const, now: now(at) })) },
  );

  it('has one redemption at a time, undone only by its till, and an end that is one', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.tuple(input, fc.nat(20)), { minLength: 5, maxLength: 30 }), (walk) => {
        let life: CouponLife = ISSUED;
        let at = 0;
        for (const [make, later] of walk) {
          at += later;
          const given = make(at);
          const stepped = stepCoupon(life, END, given);
          if (!stepped.ok) continue;
          const next = stepped.value;
          seen.add(`${life.at}>${next.at}`);
          if (life.at === 'expired' || life.at === 'revoked') expect(next).toEqual(life);
          if (life.at === 'redeemed' && next.at !== 'redeemed') {
            expect(given).toMatchObject({ type: 'rollback', by: life.by });
          }
          if (life.at === 'redeemed' && next.at === 'redeemed') expect(next).toEqual(life);
          if (next.at === 'redeemed' && life.at === 'issued') expect(at).toBeLessThan(END);
          // The same input again changes nothing more.
          if (given.type !== 'rollback') expect(stepCoupon(next, END, given)).toEqual(stepped);
          life = next;
        }
      }),
      { numRuns: 2000, seed: 5 },
    );
    for (const way of ['issued>locked', 'locked>redeemed', 'redeemed>issued', 'redeemed>expired', 'issued>revoked']) {
      expect(seen).toContain(way);
    }
  });
});
