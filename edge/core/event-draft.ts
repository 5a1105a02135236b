import type { BootId } from '../../protocol/ids.ts';
import type { ClockState } from '../../protocol/messages/common.ts';
import type { NodeEvent } from '../../protocol/messages/events.ts';
import { type EpochMs, epochMs, type MonoMs, rssiDbm } from '../../protocol/units.ts';
import type { SubjectTransition } from './presence-table.ts';

type WithoutSeq<T> = T extends unknown ? Omit<T, 'seq'> : never;

/** An event before the outbox gave it its number. */
export type EventDraft = WithoutSeq<NodeEvent>;

/** The moment of a beat on both clocks. */
export interface Moment {
  readonly mono: MonoMs;
  readonly wall: EpochMs;
  readonly clock: ClockState;
  readonly boot: BootId;
}

/** The event that tells a transition; its wall time is computed back from `now` by the monotonic distance. */
export function presenceDraft({ subject, transition }: SubjectTransition, now: Moment): EventDraft {
  const rssi = rssiDbm(Math.round(transition.dbm));
  return {
    type: transition.type,
    at: epochMs(Math.round(now.wall - (now.mono - transition.at))),
    monoMs: transition.at,
    boot: now.boot,
    clock: now.clock,
    subject,
    reason: transition.reason,
    ...(rssi === undefined ? {} : { rssiDbm: rssi }),
    ...(transition.type === 'enter' ? {} : { presentMs: transition.presentMs }),
  };
}

/** The event that names a hole in the record, with as much as is known of what went into it. */
export function lossDraft(dropped: number, reason: string, now: Moment, about: LossDetails = {}): EventDraft {
  const { kinds, from, until } = about;
  return {
    type: 'loss',
    at: now.wall,
    monoMs: now.mono,
    boot: now.boot,
    clock: now.clock,
    dropped,
    reason,
    ...(kinds === undefined ? {} : { kinds }),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(until === undefined ? {} : { untilMs: until }),
  };
}

interface LossDetails {
  readonly kinds?: Partial<Record<NodeEvent['type'], number>>;
  readonly from?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
}
