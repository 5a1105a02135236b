import type { BootId } from '../../protocol/ids.ts';
import type { ClockState } from '../../protocol/messages/common.ts';
import { type EpochMs, epochMs, type MonoMs } from '../../protocol/units.ts';
import type { Moment } from './event-draft.ts';
import { CLOCK_STEP_MS } from './thresholds.ts';

/**
 * Putting right the wall times of events that were written before the clock was.
 *
 * A Pi has no clock battery: it boots in 1970, or at the moment it was last switched off. Within one boot the monotonic
 * clock counts on through every correction, so one reading of both clocks dates every event of that boot. Events of
 * another boot are out of its reach and stay as they are.
 */
export interface ClockAnchor {
  readonly boot: BootId;
  readonly clock: 'holdover' | 'synced';
  /** Wall time minus monotonic time. */
  readonly offsetMs: number;
}

/** The part of an event that may be put right. */
export interface Dated {
  readonly at: EpochMs;
  readonly monoMs: MonoMs;
  readonly boot: BootId;
  readonly clock: ClockState;
}

const TRUST: Readonly<Record<ClockState, number>> = { unsynced: 0, holdover: 1, synced: 2 };

/** Clock states of events that `anchor` knows better than; what was synced when it was written is never touched. */
export const repairable = (anchor: ClockAnchor): readonly ClockState[] =>
  (['unsynced', 'holdover'] as const).filter((clock) => TRUST[clock] <= TRUST[anchor.clock]);

export function repairClock<Event extends Dated>(event: Event, anchor: ClockAnchor): Event {
  if (event.boot !== anchor.boot || !repairable(anchor).includes(event.clock)) return event;
  return { ...event, at: epochMs(Math.max(0, Math.round(anchor.offsetMs + event.monoMs))), clock: anchor.clock };
}

export interface ClockWatch {
  readonly clock: ClockState;
  readonly offsetMs: number;
}

/**
 * What the present reading means beside the last one: an anchor if there may be events to put right. That is so at the
 * first reading of a process (a former one of this boot may have left some), when the clock gains trust, and when it is
 * stepped: of two readings of equal trust the later counts, because clocks are stepped to be put right.
 */
export function watchClock(
  watch: ClockWatch | undefined,
  now: Moment,
): { readonly watch: ClockWatch; readonly anchor?: ClockAnchor } {
  const offsetMs = now.wall - now.mono;
  const gained = watch === undefined || TRUST[now.clock] > TRUST[watch.clock];
  const stepped = watch !== undefined && Math.abs(offsetMs - watch.offsetMs) >= CLOCK_STEP_MS;
  const next = { clock: now.clock, offsetMs };
  if (now.clock === 'unsynced') return { watch: next };
  return gained || stepped ? { watch: next, anchor: { boot: now.boot, clock: now.clock, offsetMs } } : { watch: next };
}
