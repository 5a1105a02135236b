import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import { quotaLeft, quotaMonth } from '../deliver/quota.ts';
import { quotaThen } from './quota-then.ts';

const DAY = 86_400_000;
/** Days before and after the first of the month. */
const NEW_YEAR = Date.parse('2026-12-31T15:00:00Z');
const time = fc.integer({ min: NEW_YEAR - 2 * DAY, max: NEW_YEAR + 2 * DAY }).map(epochMs);

it('knows at any time what a look through all that happened comes to', () => {
  const reading = fc.record({ at: time, used: fc.nat(50), limited: fc.boolean() });
  const happening = fc.record({ at: time, what: fc.constantFrom('push' as const, 'ask' as const) });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 6 }), fc.array(happening, { maxLength: 60 }), (read, happened) => {
      const readings = read
        .map(({ at, used, limited }) => ({ at, used, month: quotaMonth(at), ...(limited && { most: 80 }) }))
        .sort((a, b) => a.at - b.at);
      const then = quotaThen(readings);
      const pushes: EpochMs[] = [];
      for (const { at, what } of happened.sort((a, b) => a.at - b.at)) {
        if (what === 'push') {
          pushes.push(at);
          then.pushed(at);
          continue;
        }
        const known = readings.findLast((one) => one.at <= at);
        const since = pushes.filter((push) => push >= (known?.at ?? 0) && quotaMonth(push) === quotaMonth(at)).length;
        expect(then.left(at)).toBe(quotaLeft(known, since, at));
      }
    }),
  );
});
