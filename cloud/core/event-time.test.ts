import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { eventTime } from './event-time.ts';

const RECEIVED = epochMs(1_000_000);
const BATCH = { boot: 'boot-b', sentMonoMs: 5_000 };
const event = (boot: string, monoMs: number, at: number, clock: 'synced' | 'holdover' | 'unsynced') => ({
  boot,
  monoMs,
  at: epochMs(at),
  clock,
});

it.each([
  [
    'same boot: monotonic time, whatever the clock says',
    event('boot-b', 3_000, 77, 'unsynced'),
    { at: 998_000, ageMs: 2_000 },
  ],
  ['same boot, synced: still monotonic time', event('boot-b', 5_000, 77, 'synced'), { at: 1_000_000, ageMs: 0 }],
  ['same boot, fractions are rounded', event('boot-b', 4_999.6, 77, 'synced'), { at: 1_000_000, ageMs: 0 }],
  [
    'same boot but after it was sent: impossible, so the clock',
    event('boot-b', 6_000, 900_000, 'synced'),
    { at: 900_000, ageMs: 100_000 },
  ],
  [
    'same boot but before there was time: impossible, so the clock',
    event('boot-b', 4_000, 940_000, 'synced'),
    { at: 940_000, ageMs: 60_000 },
    { boot: 'boot-b', sentMonoMs: 1e300 },
  ],
  ['another boot, synced', event('boot-a', 9_000, 940_000, 'synced'), { at: 940_000, ageMs: 60_000 }],
  ['another boot, holdover', event('boot-a', 9_000, 940_000, 'holdover'), { at: 940_000, ageMs: 60_000 }],
  ['a clock that runs ahead', event('boot-a', 9_000, 2_000_000, 'synced'), { at: 1_000_000, ageMs: 0 }],
  ['another boot, unsynced: nobody knows', event('boot-a', 9_000, 940_000, 'unsynced'), { at: 1_000_000 }],
] as [string, ReturnType<typeof event>, object, typeof BATCH?][])('%s', (_name, given, expected, batch = BATCH) => {
  expect(eventTime(given, batch, RECEIVED)).toEqual(expected);
});
