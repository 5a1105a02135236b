import { expect, it } from 'vitest';
import { measureAdverts } from './measure.ts';
import { renderAdverts } from './render.ts';

function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}

it('gives every figure, finite, however small the run', async () => {
  const bench = await measureAdverts({ reports: 4_096, addresses: 500 }, () => undefined);
  // What is absent is null, never NaN: JSON would hide the difference.
  expect(numbersOf(bench).filter((value) => !Number.isFinite(value))).toEqual([]);
  expect(bench).toMatchObject({
    reportsPerSecond: expect.any(Number),
    cpuMicrosPerReport: expect.any(Number),
    rssGrowthMiB: expect.any(Number),
    viaNobleReportsPerSecond: expect.any(Number),
    bareLoopReportsPerSecond: expect.any(Number),
    peers: { nobleDiscover: { reportsPerSecond: { median: expect.any(Number) } } },
  });
  expect(
    Math.min(bench.reportsPerSecond, bench.viaNobleReportsPerSecond, bench.bareLoopReportsPerSecond),
  ).toBeGreaterThan(0);
  expect(bench.peers.advlibBle === null).toBe(bench.notes.length > 0);
  expect(renderAdverts(bench)).toContain('noble with discover');
}, 60_000);
