import fc from 'fast-check';
import { expect, it } from 'vitest';
import { monoMs, type RssiDbm } from '../../protocol/units.ts';
import { type SignalEstimate, smooth } from './smoothing.ts';

const POLICY = { smoothingMs: 1_500, memoryMs: 3_000 };

function feed(readings: readonly (readonly [at: number, dbm: number])[]): SignalEstimate | undefined {
  let estimate: SignalEstimate | undefined;
  for (const [at, dbm] of readings) estimate = smooth(estimate, dbm as RssiDbm, monoMs(at), POLICY);
  return estimate;
}

it('a single reflection among steady readings changes nothing', () => {
  expect(
    feed([
      [0, -80],
      [200, -80],
      [400, -30],
      [600, -80],
      [800, -80],
    ])?.dbm,
  ).toBeCloseTo(-80);
});

it('follows a lasting change within about its time constant', () => {
  const steps = (from: number, dbm: number) => [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [from + i * 200, dbm] as const);
  expect(feed([...steps(0, -90), ...steps(1_600, -60)])?.dbm).toBeGreaterThan(-75);
});

it('starts anew after a gap', () => {
  expect(
    feed([
      [0, -40],
      [200, -40],
      [10_000, -90],
    ])?.dbm,
  ).toBe(-90);
});

it('never leaves the range of its readings', () => {
  const reading = fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: -110, max: -10 }));
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1 }), (gaps) => {
      let at = 0;
      const readings = gaps.map(([gap, dbm]) => {
        at += gap;
        return [at, dbm] as const;
      });
      const estimate = feed(readings)?.dbm ?? Number.NaN;
      const values = readings.map(([, dbm]) => dbm);
      expect(estimate).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(estimate).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
    }),
  );
});
