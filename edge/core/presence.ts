import { unreachable } from '../../protocol/result.ts';
import { type MonoMs, monoMs, type RssiDbm } from '../../protocol/units.ts';
import { type SignalEstimate, type SmoothingPolicy, smooth } from './smoothing.ts';

/**
 * Presence of one tag at one node.
 *
 *             near sighting              near for holdMs, heard minSightings times: `enter`
 *   absent ──────────────────▶ candidate ─────────────────────────────────────────────▶ present
 *     ▲                            │                                                       │  each dwell mark: `dwell`
 *     └──── weak, or silent ───────┘                                                       │
 *     └──────────────── not near for exitAfterMs (timer): `exit` ──────────────────────────┘
 *
 * Invariants: enter and exit alternate, beginning with enter; an enter needs a sighting at or after the hold time; once
 * a tag is silent, ticking to `nextDeadline` again and again always ends in `absent`; dwell marks lie between enter and exit.
 */
export type PresenceState =
  | { readonly at: 'absent' }
  | {
      readonly at: 'candidate';
      readonly since: MonoMs;
      readonly sightings: number;
      readonly signal: SignalEstimate;
    }
  | {
      readonly at: 'present';
      readonly since: MonoMs;
      /** Last time the smoothed signal was above the exit level; the exit timer counts from here. */
      readonly lastNear: MonoMs;
      readonly dwellsSent: number;
      readonly signal: SignalEstimate;
    };

export type PresenceInput =
  | { readonly type: 'sighting'; readonly at: MonoMs; readonly rssi: RssiDbm }
  | { readonly type: 'tick'; readonly at: MonoMs };

export type PresenceTransition =
  | { readonly type: 'enter'; readonly at: MonoMs; readonly dbm: number; readonly reason: string }
  | {
      readonly type: 'dwell' | 'exit';
      readonly at: MonoMs;
      readonly dbm: number;
      readonly presentMs: number;
      readonly reason: string;
    };

export interface PresencePolicy extends SmoothingPolicy {
  readonly enterDbm: number;
  /** The exit level lies this far below the enter level. */
  readonly hysteresisDb: number;
  readonly holdMs: number;
  readonly minSightings: number;
  readonly exitAfterMs: number;
  /** Milliseconds after the enter, ascending. */
  readonly dwellMarksMs: readonly number[];
}

export interface PresenceStep {
  readonly state: PresenceState;
  readonly events: readonly PresenceTransition[];
  /** When a tick is due at the latest; absent when only a sighting can change anything. */
  readonly nextDeadline?: MonoMs;
}

export const ABSENT: PresenceState = { at: 'absent' };

/** One input; time must not run backwards. Deadlines that passed before a sighting take effect before it. */
export function step(state: PresenceState, input: PresenceInput, policy: PresencePolicy): PresenceStep {
  const timed = passTime(state, input.at, policy);
  switch (input.type) {
    case 'tick':
      return outcome(timed.state, timed.events, policy);
    case 'sighting': {
      const seen = sight(timed.state, input.at, input.rssi, policy);
      return outcome(seen.state, [...timed.events, ...seen.events], policy);
    }
    default:
      return unreachable(input);
  }
}

interface Change {
  readonly state: PresenceState;
  readonly events: readonly PresenceTransition[];
}

function sight(state: PresenceState, at: MonoMs, rssi: RssiDbm, policy: PresencePolicy): Change {
  const signal = smooth(state.at === 'absent' ? undefined : state.signal, rssi, at, policy);
  const near = signal.dbm >= policy.enterDbm;
  switch (state.at) {
    case 'absent':
      return { state: near ? { at: 'candidate', since: at, sightings: 1, signal } : ABSENT, events: [] };
    case 'candidate': {
      // The average lags behind someone who passes by: who is clearly away now is not on the way in.
      if (!near || signal.guardedDbm < exitDbm(policy)) return { state: ABSENT, events: [] };
      const sightings = state.sightings + 1;
      if (at - state.since < policy.holdMs || sightings < policy.minSightings) {
        return { state: { ...state, sightings, signal }, events: [] };
      }
      const reason = `at or above ${policy.enterDbm} dBm for ${at - state.since} ms, heard ${sightings} times`;
      return {
        state: { at: 'present', since: at, lastNear: at, dwellsSent: 0, signal },
        events: [{ type: 'enter', at, dbm: signal.dbm, reason }],
      };
    }
    case 'present': {
      const lastNear = signal.dbm >= exitDbm(policy) ? at : state.lastNear;
      return { state: { ...state, lastNear, signal }, events: [] };
    }
    default:
      return unreachable(state);
  }
}

/** Everything that happens by itself up to `at`, in the order of its deadlines. */
function passTime(state: PresenceState, at: MonoMs, policy: PresencePolicy): Change {
  let current = state;
  const events: PresenceTransition[] = [];
  for (let due = deadline(current, policy); due !== undefined && due <= at; due = deadline(current, policy)) {
    if (current.at !== 'present') return { state: ABSENT, events };
    const presentMs = at - current.since;
    const told = { at, dbm: current.signal.dbm, presentMs };
    if (due === exitDeadline(current.lastNear, policy)) {
      events.push({ type: 'exit', ...told, reason: exitReason(current, at, policy) });
      return { state: ABSENT, events };
    }
    const mark = policy.dwellMarksMs[current.dwellsSent];
    events.push({ type: 'dwell', ...told, reason: `present for ${mark} ms` });
    current = { ...current, dwellsSent: current.dwellsSent + 1 };
  }
  return { state: current, events };
}

const exitDbm = (policy: PresencePolicy): number => policy.enterDbm - policy.hysteresisDb;

const exitDeadline = (lastNear: MonoMs, policy: PresencePolicy): MonoMs => monoMs(lastNear + policy.exitAfterMs);

/** A present tag's exit wins over a dwell mark of the same instant: nobody is told that someone stayed who has left. */
function deadline(state: PresenceState, policy: PresencePolicy): MonoMs | undefined {
  if (state.at === 'absent') return undefined;
  if (state.at === 'candidate') return monoMs(state.signal.at + policy.memoryMs);
  const exit = exitDeadline(state.lastNear, policy);
  const mark = policy.dwellMarksMs[state.dwellsSent];
  return mark === undefined ? exit : monoMs(Math.min(exit, state.since + mark));
}

function exitReason(state: PresenceState & { at: 'present' }, at: MonoMs, policy: PresencePolicy): string {
  if (state.signal.at <= state.lastNear) return `not heard for ${at - state.signal.at} ms`;
  return `below ${exitDbm(policy)} dBm for ${at - state.lastNear} ms`;
}

function outcome(state: PresenceState, events: readonly PresenceTransition[], policy: PresencePolicy): PresenceStep {
  const next = deadline(state, policy);
  return next === undefined ? { state, events } : { state, events, nextDeadline: next };
}
