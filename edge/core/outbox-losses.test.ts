import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BootId } from '../../protocol/ids.ts';
import { LossEvent } from '../../protocol/messages/events.ts';
import { epochMs, monoMs } from '../../protocol/units.ts';
import { type EventDraft, lossDraft, type Moment } from './event-draft.ts';
import { lossCount, lossesDraft, NO_LOSSES, withLost } from './outbox-losses.ts';

const at = (wall: number): Moment => ({
  mono: monoMs(0),
  wall: epochMs(wall),
  clock: 'synced',
  boot: BootId.parse('12345678-0000'),
});
const footfall = (wall: number): EventDraft => {
  const { boot, clock } = at(wall);
  return { type: 'footfall', at: epochMs(wall), monoMs: monoMs(0), boot, clock, count: 1, windowMs: 1 };
};

it('counts by kind and names the span', () => {
  const losses = [footfall(30), footfall(10), footfall(20)].reduce(withLost, NO_LOSSES);
  const draft = lossesDraft(losses, 'full', at(40));
  expect(LossEvent.parse({ seq: 1, ...draft })).toMatchObject({
    dropped: 3,
    kinds: { footfall: 3 },
    fromMs: 10,
    untilMs: 30,
    at: 40,
  });
});

it('a loss that is itself given up lives on in the next, also one without kinds', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (counts) => {
      let losses = NO_LOSSES;
      for (const count of counts) {
        const some = Array.from({ length: count }, (_, index) => footfall(index)).reduce(withLost, losses);
        losses = withLost(NO_LOSSES, lossesDraft(some, 'full', at(1_000)));
      }
      expect(lossCount(losses)).toBe(counts.reduce((sum, count) => sum + count, 0));
      expect(losses).toMatchObject({ from: 0, until: Math.max(...counts) - 1 });
    }),
    { numRuns: 50 },
  );
  expect(withLost(NO_LOSSES, lossDraft(7, 'of old', at(5)))).toEqual({ kinds: { loss: 7 }, from: 5, until: 5 });
});
