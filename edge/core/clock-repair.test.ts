import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BootId } from '../../protocol/ids.ts';
import { epochMs, monoMs } from '../../protocol/units.ts';
import { type ClockAnchor, type ClockWatch, type Dated, repairClock, watchClock } from './clock-repair.ts';
import type { Moment } from './event-draft.ts';

const BOOTS = [BootId.parse('12345678-0000'), BootId.parse('87654321-0000')] as const;
const boot = fc.constantFrom(...BOOTS);
const event: fc.Arbitrary<Dated> = fc.record({
  at: fc.integer({ min: 0, max: 2e12 }).map(epochMs),
  monoMs: fc.integer({ min: 0, max: 1e9 }).map(monoMs),
  boot,
  clock: fc.constantFrom('unsynced', 'holdover', 'synced'),
});
const anchor: fc.Arbitrary<ClockAnchor> = fc.record({
  boot,
  clock: fc.constantFrom('holdover', 'synced'),
  offsetMs: fc.integer({ min: 1.7e12, max: 1.9e12 }),
});
const TRUST = ['unsynced', 'holdover', 'synced'];

describe('repair', () => {
  it('touches nothing of another boot and nothing that was synced', () => {
    fc.assert(
      fc.property(event, anchor, (before, by) => {
        const after = repairClock(before, by);
        if (before.boot !== by.boot || before.clock === 'synced') expect(after).toBe(before);
      }),
    );
  });

  it('never lowers trust, and done again changes nothing', () => {
    fc.assert(
      fc.property(event, anchor, (before, by) => {
        const after = repairClock(before, by);
        expect(TRUST.indexOf(after.clock)).toBeGreaterThanOrEqual(TRUST.indexOf(before.clock));
        expect(repairClock(after, by)).toEqual(after);
      }),
    );
  });

  it('puts events of one boot as far apart as they were', () => {
    fc.assert(
      fc.property(event, event, anchor, (a, b, by) => {
        const [x, y] = [a, b].map((one) => repairClock({ ...one, boot: by.boot, clock: 'unsynced' as const }, by));
        expect((x?.at ?? 0) - (y?.at ?? 0)).toBe(a.monoMs - b.monoMs);
        expect(x?.clock).toBe(by.clock);
      }),
    );
  });
});

describe('the watch', () => {
  const moment = (clock: Moment['clock'], wall: number, mono: number): Moment => ({
    clock,
    wall: epochMs(wall),
    mono: monoMs(mono),
    boot: BOOTS[0],
  });
  const run = (moments: readonly Moment[]) => {
    let watch: ClockWatch | undefined;
    return moments.map((now) => {
      const seen = watchClock(watch, now);
      ({ watch } = seen);
      return seen.anchor?.clock;
    });
  };

  it('speaks when 1970 ends, and when the time is confirmed', () => {
    const moments = [
      moment('unsynced', 1_000, 1_000),
      moment('unsynced', 2_000, 2_000),
      moment('holdover', 1.8e12, 3_000),
      moment('holdover', 1.8e12 + 100, 3_100),
      moment('synced', 1.8e12 + 200, 3_200),
      moment('synced', 1.8e12 + 300, 3_300),
    ];
    expect(run(moments)).toEqual([undefined, undefined, 'holdover', undefined, 'synced', undefined]);
  });

  it('speaks at the first reading and after a step, not while the clock is slewed', () => {
    const moments = [
      moment('holdover', 1.8e12, 0),
      moment('holdover', 1.8e12 + 100 + 50, 100),
      moment('holdover', 1.8e12 + 7_200_000, 200),
      moment('holdover', 1.8e12 + 7_200_100, 300),
    ];
    expect(run(moments)).toEqual(['holdover', undefined, 'holdover', undefined]);
  });
});
