import type { EpochMs } from '../../protocol/units.ts';
import { epochMs } from '../../protocol/units.ts';
import type { VisitId } from './ids.ts';

/**
 * A visit is one member at one store, from either ear, closed by silence rather than by an exit event.
 *
 *   (none) ──event──► open ──event within closeAfter──► open (bounds grow)
 *                       └──── closeAfter of silence ───► closed
 *
 * Bounds follow the time of the events, not of their arrival: a late one widens the visit it belongs to.
 */
export interface VisitBounds {
  readonly id: VisitId;
  readonly openedAt: EpochMs;
  readonly lastAt: EpochMs;
}

export type VisitStep =
  | { readonly type: 'open'; readonly at: EpochMs }
  | { readonly type: 'extend'; readonly id: VisitId; readonly openedAt: EpochMs; readonly lastAt: EpochMs };

/** What an event at `at` does to the visits of its member at its store, newest first. */
export function visitStep(visits: readonly VisitBounds[], at: EpochMs, closeAfterMs: number): VisitStep {
  const home = visits.find(({ openedAt, lastAt }) => at >= openedAt - closeAfterMs && at <= lastAt + closeAfterMs);
  if (home === undefined) return { type: 'open', at };
  return {
    type: 'extend',
    id: home.id,
    openedAt: epochMs(Math.min(home.openedAt, at)),
    lastAt: epochMs(Math.max(home.lastAt, at)),
  };
}
