import fc from 'fast-check';
import { expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { callsLeft, fullBudget, LINE_RATES, learn, openAt, refill, spend } from './line-budget.ts';

const T0 = epochMs(1_000_000);
const at = (ms: number) => epochMs(T0 + ms);
const RATE = { perSecond: 1_980, burst: 400 };

interface Step {
  readonly afterMs: number;
  readonly wish: number;
  readonly delayMs: number;
  /** How far the clock of who comes is ahead of LINE's. */
  readonly aheadMs: number;
}

const STEP = { afterMs: fc.nat(400), wish: fc.nat(1_000), delayMs: fc.nat(400) };

/** Takes what `rate` leaves at each step, and holds every call against LINE's own bucket when it arrives there. */
function expectBelow(allowed: number, rate: typeof RATE, steps: readonly Step[]): void {
  let ours = fullBudget(rate, T0);
  let now = 0;
  const arrivals: { ms: number; calls: number }[] = [];
  for (const { afterMs, wish, delayMs, aheadMs } of steps) {
    now += afterMs;
    const theirNow = at(now + aheadMs);
    ours = refill(ours, rate, theirNow);
    const calls = Math.min(wish, callsLeft(ours, theirNow));
    ours = spend(ours, calls);
    arrivals.push({ ms: now + delayMs, calls });
  }
  const line = { perSecond: allowed, burst: allowed };
  let theirs = fullBudget(line, T0);
  for (const { ms, calls } of arrivals.sort((a, b) => a.ms - b.ms)) {
    theirs = refill(theirs, line, at(ms));
    expect(callsLeft(theirs, at(ms))).toBeGreaterThanOrEqual(calls);
    theirs = spend(theirs, calls);
  }
}

const walkOf = <T>(step: fc.Arbitrary<T>) => fc.array(step, { minLength: 50, maxLength: 200 });

it.each([
  ['reply', 2_000],
  ['push', 2_000],
  ['multicast', 200],
] as const)(
  '%s: never lets through more than LINE would, however the calls are spread and delayed',
  (endpoint, allowed) => {
    const walk = walkOf(fc.record({ ...STEP, aheadMs: fc.constant(0) }));
    fc.assert(
      fc.property(walk, (steps) => expectBelow(allowed, LINE_RATES[endpoint], steps)),
      { seed: 3, numRuns: 200 },
    );
  },
);

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

it('stays below LINE whoever of several senders comes, though their clocks differ by seconds', () => {
  const walk = walkOf(fc.record({ ...STEP, sender: fc.nat(2) }));
  const skews = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(walk, skews, (steps, aheadMs) =>
      expectBelow(
        2_000,
        RATE,
        steps.map((step) => ({ ...step, aheadMs: aheadMs[step.sender] ?? 0 })),
      ),
    ),
    { seed: 11, numRuns: 200 },
  );
});

it('goes on after a clock was set back, from the same point', () => {
  const back = at(-3600_000);
  const later = (ms: number) => epochMs(back + ms);
  const empty = spend(fullBudget(RATE, T0), 400);
  const moved = refill(empty, RATE, back);
  expect([callsLeft(moved, back), moved.at]).toEqual([0, back]);
  expect(callsLeft(refill(moved, RATE, later(100)), later(100))).toBe(198);

  const paused = refill(learn(empty, { limited: 1, passed: 0 }, T0, 0.99), RATE, back);
  expect(openAt(paused, RATE)).toBe(later(998));
  expect(callsLeft(refill(paused, RATE, later(998)), later(998))).toBe(400);
});

it('never pauses for longer than a minute from its own time', () => {
  const step = fc.record({ afterMs: fc.integer({ min: -100_000, max: 100_000 }), limited: fc.nat(1) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let budget = fullBudget(RATE, T0);
      let now = T0;
      for (const { afterMs, limited } of steps) {
        now = epochMs(now + afterMs);
        budget = learn(refill(budget, RATE, now), { limited, passed: 1 - limited }, now, 0.99);
        expect(budget.pausedUntil - budget.at).toBeLessThanOrEqual(60_000);
        expect(openAt(budget, RATE) - now).toBeLessThanOrEqual(66_000);
      }
    }),
    { seed: 12, numRuns: 200 },
  );
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
