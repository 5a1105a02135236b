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

it('joins two visits that a late event bridges, into the one that began first', () => {
  const visits = [visit('new', 160, 190), visit('old', 100, 110), visit('older', 10, 20)];
  expect(visitStep(visits, epochMs(135), CLOSE_AFTER)).toEqual({
    type: 'merge',
    id: 'old',
    absorbed: ['new'],
    openedAt: 100,
    lastAt: 190,
  });
});

/** The visits that come of events as they arrive. */
function fold(arrivals: readonly number[]): VisitBounds[] {
  let visits: VisitBounds[] = [];
  for (const [index, at] of arrivals.entries()) {
    const step = visitStep(visits, epochMs(at), CLOSE_AFTER);
    if (step.type === 'open') visits.push(visit(`v${index}`, at, at));
    else {
      const gone = step.type === 'merge' ? step.absorbed : [];
      visits = visits
        .filter(({ id }) => !gone.includes(id))
        .map((one) => (one.id === step.id ? { ...one, openedAt: step.openedAt, lastAt: step.lastAt } : one));
    }
  }
  return visits.sort((a, b) => a.openedAt - b.openedAt);
}
const bounds = (visits: readonly VisitBounds[]) => visits.map(({ openedAt, lastAt }) => [openedAt, lastAt]);

describe('the same events', () => {
  const events = fc.array(fc.nat(600), { minLength: 1, maxLength: 25 });

  it('make the same visits in whatever order they arrive', () => {
    let merged = 0;
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.nat()), (happened, chance) => {
        const inOrder = fold([...happened].sort((a, b) => a - b));
        const keyed = happened.map((at) => ({ at, key: chance.next().value ?? 0 }));
        const arrived = keyed.sort((a, b) => a.key - b.key).map(({ at }) => at);
        expect(bounds(fold(arrived))).toEqual(bounds(inOrder));
        merged += arrived.length - fold(arrived).length;
      }),
      { numRuns: 1000, seed: 1 },
    );
    expect(merged).toBeGreaterThan(100);
  });

  it('make visits that lie further apart than the silence that closes one', () => {
    fc.assert(
      fc.property(events, (arrivals) => {
        const visits = fold(arrivals);
        for (const [index, next] of visits.entries()) {
          const before = visits[index - 1];
          if (before !== undefined) expect(next.openedAt - before.lastAt).toBeGreaterThan(CLOSE_AFTER);
        }
        for (const at of arrivals) {
          expect(visits.filter(({ openedAt, lastAt }) => at >= openedAt && at <= lastAt)).toHaveLength(1);
        }
      }),
      { numRuns: 500, seed: 2 },
    );
  });
});
