import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { VisitId } from './ids.ts';
import { type VisitBounds, visitStep } from './visit.ts';

const CLOSE_AFTER = 30;
const visit = (id: string, openedAt: number, lastAt: number): VisitBounds => ({
  id: id as VisitId,
  openedAt: epochMs(openedAt),
  lastAt: epochMs(lastAt),
});
const VISITS = [visit('new', 200, 250), visit('old', 100, 110)];

describe('an event at', () => {
  it.each([
    [300, { type: 'open', at: 300 }],
    [281, { type: 'open', at: 281 }],
    [280, { type: 'extend', id: 'new', openedAt: 200, lastAt: 280 }],
    [220, { type: 'extend', id: 'new', openedAt: 200, lastAt: 250 }],
    [170, { type: 'extend', id: 'new', openedAt: 170, lastAt: 250 }],
    [150, { type: 'open', at: 150 }],
    [90, { type: 'extend', id: 'old', openedAt: 90, lastAt: 110 }],
    [10, { type: 'open', at: 10 }],
  ])('%d', (at, step) => {
    expect(visitStep(VISITS, epochMs(at), CLOSE_AFTER)).toEqual(step);
  });
});

it('opens the first visit', () => {
  expect(visitStep([], epochMs(5), CLOSE_AFTER)).toEqual({ type: 'open', at: 5 });
});

it('only ever widens a visit, and by no more than the silence that closes it', () => {
  fc.assert(
    fc.property(fc.nat(500), (at) => {
      const step = visitStep(VISITS, epochMs(at), CLOSE_AFTER);
      if (step.type === 'open') return;
      const before = VISITS.find(({ id }) => id === step.id) ?? VISITS[0];
      const widened = { from: (before?.openedAt ?? 0) - step.openedAt, to: step.lastAt - (before?.lastAt ?? 0) };
      for (const by of [widened.from, widened.to]) {
        expect(by).toBeGreaterThanOrEqual(0);
        expect(by).toBeLessThanOrEqual(CLOSE_AFTER);
      }
    }),
  );
});
