import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type TokenBucket, takeToken } from './token-bucket.ts';

it('never lets more through than a full bucket and its refill', () => {
  const limit = { requests: 10, perMs: 1_000 };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }), (gaps) => {
      let bucket: TokenBucket | undefined;
      let nowMs = 0;
      let allowed = 0;
      for (const gap of gaps) {
        nowMs += gap;
        const taken = takeToken(bucket, limit, nowMs);
        bucket = taken.bucket;
        if (taken.allowed) allowed += 1;
      }
      expect(allowed).toBeLessThanOrEqual(10 + nowMs / 100 + 1e-6);
    }),
  );
});

it('does not gain from a clock that goes back', () => {
  const limit = { requests: 1, perMs: 1_000 };
  const { bucket } = takeToken(undefined, limit, 5_000);
  expect(takeToken(bucket, limit, 1_000).allowed).toBe(false);
});
