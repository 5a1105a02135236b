import { expect, it } from 'vitest';
import { measureOutbox } from './measure.ts';
import { renderOutbox } from './render.ts';

function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}

it('gives every figure, finite, however small the run', async () => {
  const round = { rounds: 1, inFlight: 100, ticks: 2, rowByRow: 2 };
  const backlog = { small: 300, large: 1_000, rounds: 1 };
  const bench = await measureOutbox({ fast: round, slow: round, delayMs: 10, backlog }, () => undefined);
  expect(numbersOf(bench).filter((value) => !Number.isFinite(value))).toEqual([]);
  expect(bench.slowDisk === null).toBe(bench.notes.length > 0);
  // A sync that takes 10 ms longer is seen as such.
  if (bench.slowDisk !== null) expect(bench.slowDisk.commitMs.rowByRow.median).toBeGreaterThan(10);
  expect(renderOutbox(bench)).toContain('row by row');
});
