import fc from 'fast-check';
import { expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { callsLeft, fullBudget, learn, openAt, refill, spend } from './line-budget.ts';

const T0 = epochMs(1_000_000);
const at = (ms: number) => epochMs(T0 + ms);
const RATE = { perSecond: 1_980, burst: 400 };
const LINE = { perSecond: 2_000, burst: 2_000 };

it('never lets through more than LINE would, however the calls are spread and delayed', () => {
  const walk = fc.array(fc.record({ afterMs: fc.nat(400), wish: fc.nat(1_000), delayMs: fc.nat(400) }), {
    minLength: 50,
    maxLength: 200,
  });
  fc.assert(
    fc.property(walk, (steps) => {
      let ours = fullBudget(RATE, T0);
      let now = 0;
      const arrivals: { ms: number; calls: number }[] = [];
      for (const { afterMs, wish, delayMs } of steps) {
        now += afterMs;
        ours = refill(ours, RATE, at(now));
        const calls = Math.min(wish, callsLeft(ours, at(now)));
        ours = spend(ours, calls);
        arrivals.push({ ms: now + delayMs, calls });
      }
      let theirs = fullBudget(LINE, T0);
      for (const { ms, calls } of arrivals.sort((a, b) => a.ms - b.ms)) {
        theirs = refill(theirs, LINE, at(ms));
        expect(callsLeft(theirs, at(ms))).toBeGreaterThanOrEqual(calls);
        theirs = spend(theirs, calls);
      }
    }),
    { seed: 3, numRuns: 200 },
  );
});

it('uses nearly all of it', () => {
  let budget = fullBudget(RATE, T0);
  let calls = 0;
  for (let ms = 0; ms <= 10_000; ms += 5) {
    budget = refill(budget, RATE, at(ms));
    const now = callsLeft(budget, at(ms));
    calls += now;
    budget = spend(budget, now);
  }
  expect(calls).toBeGreaterThan(0.98 * 2_000 * 10);
});

it('gains nothing by a clock that lags behind', () => {
  const empty = spend(refill(fullBudget(RATE, T0), RATE, at(500)), 400);
  expect(callsLeft(refill(empty, RATE, T0), T0)).toBe(0);
  expect(refill(empty, RATE, T0).at).toBe(at(500));
});

it('pauses longer each time LINE says so again, once for all answers of one moment, and forgives', () => {
  const limited = { limited: 3, passed: 1 };
  const once = learn(fullBudget(RATE, T0), limited, T0, 0.99);
  expect([once.strikes, callsLeft(once, T0), openAt(once, RATE)]).toEqual([1, 0, at(998)]);
  expect(learn(once, limited, at(10), 0)).toBe(once);
  const twice = learn(once, limited, at(1_000), 0.99);
  expect(twice.pausedUntil - at(1_000)).toBeGreaterThan(1_900);
  expect(callsLeft(refill(twice, RATE, at(4_000)), at(4_000))).toBe(400);
  expect(learn(twice, { limited: 0, passed: 5 }, at(4_000), 0).strikes).toBe(2);
  expect(learn(twice, { limited: 0, passed: 5 }, at(6_000), 0).strikes).toBe(0);
});
