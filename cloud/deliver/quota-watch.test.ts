import { expect, it, onTestFinished, vi } from 'vitest';
import { accept } from '../../protocol/result.ts';
import { epochMs } from '../../protocol/units.ts';
import { T0 } from '../store/testing.fixture.ts';
import { watchQuota } from './quota-watch.ts';

/** A watch whose clock and whose LINE are told what to say. */
function openWatch(readAt = T0) {
  let now = T0;
  let used = 200;
  let asked = 0;
  const watch = watchQuota({
    async ask() {
      asked += 1;
      return accept({ limit: 200, used });
    },
    memory: { readAt: async () => readAt, save: async () => undefined },
    now: () => now,
    onUnknown: () => undefined,
    onFault: () => undefined,
  });
  onTestFinished(() => watch.stop());
  return {
    watch,
    asked: () => asked,
    setClock(by: number): void {
      now = epochMs(now + by);
    },
    nextMonth(): void {
      used = 0;
    },
  };
}

it('believes an answer for a moment, and none from before the clock was set back', async () => {
  const { watch, asked, setClock, nextMonth } = openWatch();
  expect(await watch.usedUp()).toBe(true);
  nextMonth();
  setClock(2_000);
  expect(await watch.usedUp()).toBe(true);
  expect(asked()).toBe(1);
  setClock(-3600_000);
  expect(await watch.usedUp()).toBe(false);
});

it('asks anew where the last reading is of a time to come', async () => {
  const { asked } = openWatch(epochMs(T0 + 3600_000));
  await vi.waitFor(() => expect(asked()).toBe(1));
});
