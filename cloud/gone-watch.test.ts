import { expect, it, onTestFinished, vi } from 'vitest';
import { watchGone } from './gone-watch.ts';

const MINUTE = 60_000;

it('counts the silent as gone, after it has heard for as long itself', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let hears = true;
  const forgotten: number[] = [];
  const stop = watchGone({
    hears: () => hears,
    forget: async (before) => void forgotten.push(before),
    now: () => 100 * MINUTE,
    onFault: (error) => expect.unreachable(String(error)),
  });
  await vi.advanceTimersByTimeAsync(14 * MINUTE);
  hears = false;
  await vi.advanceTimersByTimeAsync(MINUTE);
  hears = true;
  await vi.advanceTimersByTimeAsync(14 * MINUTE);
  expect(forgotten).toEqual([]);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(forgotten).toEqual([85 * MINUTE]);
  await stop();
  await vi.advanceTimersByTimeAsync(20 * MINUTE);
  expect(forgotten).toHaveLength(1);
});
