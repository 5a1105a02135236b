import type { NodeEvent } from '../../protocol/messages/events.ts';
import type { EpochMs } from '../../protocol/units.ts';
import { type EventDraft, lossDraft, type Moment } from './event-draft.ts';

export type EventKind = NodeEvent['type'];

/**
 * What goes first when there is no room: telemetry, then presence, and last of all the rows that name what has gone.
 * Within a priority the oldest go.
 */
export const PRIORITY_OF: Readonly<Record<EventKind, number>> = { footfall: 0, enter: 1, dwell: 1, exit: 1, loss: 2 };
export const PRIORITIES = [0, 1, 2] as const;

/** Events that were given up, by kind, and the span of time they were about. */
export interface Losses {
  readonly kinds: Partial<Record<EventKind, number>>;
  readonly from?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
}

export const NO_LOSSES: Losses = { kinds: {} };

export const lossCount = ({ kinds }: Losses): number => Object.values(kinds).reduce((sum, count) => sum + count, 0);

/**
 * `losses` and one more event. An event that itself names losses is not counted but taken apart: what it told must be
 * told by its successor.
 */
export function withLost(losses: Losses, event: EventDraft): Losses {
  if (event.type !== 'loss') return plusLosses(losses, { kinds: { [event.type]: 1 }, from: event.at, until: event.at });
  // One without kinds was written by a version that did not tell them apart.
  const kinds = event.kinds ?? { loss: event.dropped };
  return plusLosses(losses, { kinds, from: event.fromMs ?? event.at, until: event.untilMs ?? event.at });
}

export function plusLosses(a: Losses, b: Losses): Losses {
  const kinds = { ...a.kinds };
  for (const [kind, count] of Object.entries(b.kinds) as [EventKind, number][])
    kinds[kind] = (kinds[kind] ?? 0) + count;
  return { kinds, from: least(a.from, b.from), until: greatest(a.until, b.until) };
}

const least = (a: EpochMs | undefined, b: EpochMs | undefined) =>
  a === undefined || (b !== undefined && b < a) ? b : a;
const greatest = (a: EpochMs | undefined, b: EpochMs | undefined) =>
  a === undefined || (b !== undefined && b > a) ? b : a;

/** The event that names them. There must be some. */
export const lossesDraft = (losses: Losses, reason: string, now: Moment): EventDraft =>
  lossDraft(lossCount(losses), reason, now, losses);
