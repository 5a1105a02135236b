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
 *     └──────────────── not near for exitAfterMs (timer): `exit` ──────────────────────────┤
 *     └──────────────── heard far away for farAfterMs, minSightings times: `exit` ─────────┘
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
  | PresentState;

export interface PresentState {
  readonly at: 'present';
  readonly since: MonoMs;
  /** Last time the smoothed signal was above the exit level; the exit timer counts from here. */
  readonly lastNear: MonoMs;
  /** Sightings below the exit level since then: silence alone is no proof of distance. */
  readonly farSightings: number;
  readonly dwellsSent: number;
  readonly signal: SignalEstimate;
}

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
  /** Heard, but below the exit level, for this long: gone. At most `exitAfterMs`. */
  readonly farAfterMs: number;
  /** Not near for this long, heard or not: gone. */
  readonly exitAfterMs: number;
  /** Milliseconds after the enter, ascending. */
  readonly dwellMarksMs: readonly number[];
}

/** The policy of one node: its own range where it has one, and no weak signal believed longer than silence. */
export function presencePolicyOf(
  standard: PresencePolicy,
  own: { readonly enterDbm?: number | undefined; readonly exitAfterMs?: number | undefined },
): PresencePolicy {
  const exitAfterMs = own.exitAfterMs ?? standard.exitAfterMs;
  return {
    ...standard,
    enterDbm: own.enterDbm ?? standard.enterDbm,
    exitAfterMs,
    farAfterMs: Math.min(standard.farAfterMs, exitAfterMs),
  };
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
      const events = timed.events.length === 0 ? seen.events : [...timed.events, ...seen.events];
      return outcome(seen.state, events, policy);
    }
    default:
      return unreachable(input);
  }
}

/** Shared, because nearly every input is one nobody needs to hear of. */
const NOTHING: readonly PresenceTransition[] = [];

interface Change {
  readonly state: PresenceState;
  readonly events: readonly PresenceTransition[];
}

function sight(state: PresenceState, at: MonoMs, rssi: RssiDbm, policy: PresencePolicy): Change {
  const signal = smooth(state.at === 'absent' ? undefined : state.signal, rssi, at, policy);
  const near = signal.dbm >= policy.enterDbm;
  switch (state.at) {
    case 'absent':
      return { state: near ? { at: 'candidate', since: at, sightings: 1, signal } : ABSENT, events: NOTHING };
    case 'candidate': {
      // The average lags behind someone who passes by: who is clearly away now is not on the way in.
      if (!near || signal.guardedDbm < exitDbm(policy)) return { state: ABSENT, events: NOTHING };
      const sightings = state.sightings + 1;
      if (at - state.since < policy.holdMs || sightings < policy.minSightings) {
        return { state: { ...state, sightings, signal }, events: NOTHING };
      }
      const reason = enterReason(signal, { nearMs: at - state.since, sightings }, policy);
      return {
        state: { at: 'present', since: at, lastNear: at, farSightings: 0, dwellsSent: 0, signal },
        events: [{ type: 'enter', at, dbm: signal.dbm, reason }],
      };
    }
    case 'present':
      return sightPresent(state, signal, at, policy);
    default:
      return unreachable(state);
  }
}

function sightPresent(before: PresentState, signal: SignalEstimate, at: MonoMs, policy: PresencePolicy): Change {
  const near = signal.dbm >= exitDbm(policy);
  const lastNear = near ? at : before.lastNear;
  const farSightings = near ? 0 : before.farSightings + 1;
  const state: PresentState = { ...before, lastNear, farSightings, signal };
  const gone = !near && at - lastNear >= policy.farAfterMs && farSightings >= policy.minSightings;
  return gone ? { state: ABSENT, events: [exit(state, at, policy)] } : { state, events: NOTHING };
}

/** Everything that happens by itself up to `at`, in the order of its deadlines. */
function passTime(state: PresenceState, at: MonoMs, policy: PresencePolicy): Change {
  const first = deadline(state, policy);
  if (first === undefined || first > at) return { state, events: NOTHING };
  let current = state;
  const events: PresenceTransition[] = [];
  for (let due: MonoMs | undefined = first; due !== undefined && due <= at; due = deadline(current, policy)) {
    if (current.at !== 'present') return { state: ABSENT, events };
    if (due === exitDeadline(current.lastNear, policy)) {
      events.push(exit(current, at, policy));
      return { state: ABSENT, events };
    }
    const mark = policy.dwellMarksMs[current.dwellsSent];
    const told = { at, dbm: current.signal.dbm, presentMs: at - current.since };
    events.push({ type: 'dwell', ...told, reason: `present for ${mark} ms` });
    current = { ...current, dwellsSent: current.dwellsSent + 1 };
  }
  return { state: current, events };
}

/** Below this a present tag counts as far. */
export const exitDbm = (policy: PresencePolicy): number => policy.enterDbm - policy.hysteresisDb;

const exitDeadline = (lastNear: MonoMs, policy: PresencePolicy): MonoMs => monoMs(lastNear + policy.exitAfterMs);

/**
 * When time alone changes something. A present tag's exit wins over a dwell mark of the same instant: nobody is told that
 * someone stayed who has left.
 */
export function deadline(state: PresenceState, policy: PresencePolicy): MonoMs | undefined {
  if (state.at === 'absent') return undefined;
  if (state.at === 'candidate') return monoMs(state.signal.at + policy.memoryMs);
  const exit = exitDeadline(state.lastNear, policy);
  const mark = policy.dwellMarksMs[state.dwellsSent];
  return mark === undefined ? exit : monoMs(Math.min(exit, state.since + mark));
}

const exit = (state: PresentState, at: MonoMs, policy: PresencePolicy): PresenceTransition => ({
  type: 'exit',
  at,
  dbm: state.signal.dbm,
  presentMs: at - state.since,
  reason: exitReason(state, at, policy),
});

function enterReason(
  signal: SignalEstimate,
  { nearMs, sightings }: { readonly nearMs: number; readonly sightings: number },
  { enterDbm, holdMs }: PresencePolicy,
): string {
  const smoothed = `${Math.round(signal.dbm)} dBm, at or above ${enterDbm} dBm`;
  return `${smoothed} for ${Math.round(nearMs)} ms (${holdMs} needed), heard ${sightings} times`;
}

function exitReason(state: PresentState, at: MonoMs, policy: PresencePolicy): string {
  const last = `${Math.round(state.signal.dbm)} dBm`;
  if (state.farSightings === 0) {
    const silentMs = Math.round(at - state.signal.at);
    return `not heard for ${silentMs} ms (${policy.exitAfterMs} allowed), last at ${last}`;
  }
  const farMs = Math.round(at - state.lastNear);
  return `${last}, below ${exitDbm(policy)} dBm for ${farMs} ms, heard ${state.farSightings} times there`;
}

function outcome(state: PresenceState, events: readonly PresenceTransition[], policy: PresencePolicy): PresenceStep {
  const next = deadline(state, policy);
  return next === undefined ? { state, events } : { state, events, nextDeadline: next };
}
