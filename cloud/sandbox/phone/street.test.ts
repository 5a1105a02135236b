import { expect, it } from 'vitest';
import { Path, stepsOf, walk } from './street.ts';

it('comes from 60 m to 1 m in two seconds, waits, and goes on', () => {
  const steps = stepsOf(Path.parse({}));
  expect(steps[0]).toEqual({ atMs: 0, x: 60 });
  expect(steps.find(({ atMs }) => atMs === 2_000)).toEqual({ atMs: 2_000, x: 1 });
  expect(steps.find(({ atMs }) => atMs === 3_500)).toEqual({ atMs: 3_500, x: 1 });
  expect(steps.at(-1)).toEqual({ atMs: 5_500, x: -60 });
});

it('may stay, and may hurry', () => {
  expect(stepsOf(Path.parse({ leaves: false, speed: 10 })).at(-1)).toEqual({ atMs: 350, x: 1 });
});

it('moves at the time of each step, and not before', async () => {
  let nowMs = 1_000;
  const seen: [number, number][] = [];
  const steps = [
    { atMs: 0, x: 2 },
    { atMs: 100, x: 1 },
  ];
  await walk(steps, async (x) => void seen.push([nowMs, x]), {
    now: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
    },
  });
  expect(seen).toEqual([
    [1_000, 2],
    [1_100, 1],
  ]);
});
