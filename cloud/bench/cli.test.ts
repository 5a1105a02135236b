import { expect, it } from 'vitest';
import { measureCli } from './cli.ts';

it('measures all sides in turns, and checks campaigns that are right', () => {
  const figures = measureCli({ rounds: 1, campaigns: 2 });
  expect(figures.bareMs.length).toBe(1);
  expect(figures.medians.helpMs).toBeGreaterThan(0);
  expect(figures.ratios.map(({ goal }) => goal)).toEqual([1.5, 1]);
});
