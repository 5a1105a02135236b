import type { EpochMs } from '../../protocol/units.ts';
import { epochMs } from '../../protocol/units.ts';
import type { VisitId } from './ids.ts';

/**
 * A visit is one member at one store, from either ear, closed by silence rather than by an exit event.
 *
 *   (none) ──event──► open ──event within closeAfter──► open (bounds grow)
 *                       ├──── closeAfter of silence ───► closed
 *                       └──── a late event bridges two ─► merged into the one that began first
 *
 * Bounds follow the time of the events, not of their arrival. Invariant: two visits of a member at a store lie more
 * than closeAfter apart, so the same events make the same visits in whatever order they arrive.
 */
export interface VisitBounds {
  readonly id: VisitId;
  readonly openedAt: EpochMs;
  readonly lastAt: EpochMs;
}

export type VisitStep =
  | { readonly type: 'open'; readonly at: EpochMs }
  | { readonly type: 'extend'; readonly id: VisitId; readonly openedAt: EpochMs; readonly lastAt: EpochMs }
  /** What belonged to the absorbed visits belongs to `id` from now on. Nothing is decided again for it. */
  | {
      readonly type: 'merge';
      readonly id: VisitId;
      readonly absorbed: readonly VisitId[];
      readonly openedAt: EpochMs;
      readonly lastAt: EpochMs;
    };

/** What an event at `at` does to the visits of its member at its store, in whatever order they are given. */
export function visitStep(visits: readonly VisitBounds[], at: EpochMs, closeAfterMs: number): VisitStep {
  const near = visits
    .filter(({ openedAt, lastAt }) => at >= openedAt - closeAfterMs && at <= lastAt + closeAfterMs)
    .sort((a, b) => a.openedAt - b.openedAt);
  const [home, ...absorbed] = near;
  if (home === undefined) return { type: 'open', at };
  const bounds = {
    id: home.id,
    openedAt: epochMs(Math.min(home.openedAt, at)),
    lastAt: epochMs(Math.max(at, ...near.map(({ lastAt }) => lastAt))),
  };
  return absorbed.length === 0
    ? { type: 'extend', ...bounds }
    : { type: 'merge', ...bounds, absorbed: absorbed.map(({ id }) => id) };
}
