import { unreachable } from '../../protocol/result.ts';
import type { MonoMs } from '../../protocol/units.ts';
import {
  type Heartbeat,
  judgeSilence,
  noteHeard,
  noteStage,
  noteStageEnd,
  type SilencePolicy,
  startHeartbeat,
} from './silence.ts';

/**
 * Keeps a radio alive. The libraries below do not notice a dead scan, so the only truths are adverts heard and commands
 * answered; what to do about their absence is decided here and carried out elsewhere.
 *
 *   watching ──probe, or a stage──▶ acting ──its outcome──▶ watching ──▶ …        watching, acting ──exit──▶ ended
 *
 *   silence                          reenable → restart → reopen → reset → exit; see silence.ts for which and when
 *   scan ended by somebody else      restart, with back-off
 *   command unanswered               probe; unanswered again: reset; unanswered still: exit
 *   adapter off, off air, refusals   reset; exit when that did not last
 *   adapter gone                     exit at once: an open socket stays bound to the device that left
 *
 * Invariants: one action at a time; waits are measured from the end of the stage before; a stage that repeats waits
 * longer or gives way to a harsher one; mere silence ends the process only where a neighbour was steadily heard before
 * it; nothing follows an exit.
 */

export const STAGES = ['reenable', 'restart', 'reopen', 'reset', 'exit'] as const;
export type Stage = (typeof STAGES)[number];
/** What a radio can do about itself; `probe` asks the controller whether it still scans, and changes nothing. */
export type Action = Exclude<Stage, 'exit'> | 'probe';

export const RECOVERY_REASONS = [
  'silence',
  'scan-ended',
  'no-answer',
  'refused',
  'adapter-off',
  'adapter-gone',
  'off-air',
  'stuck',
] as const;
export type RecoveryReason = (typeof RECOVERY_REASONS)[number];

export type SupervisionStep = { readonly kind: 'probe' } | { readonly kind: Stage; readonly reason: RecoveryReason };

/** `refused`: the controller answered with an error. `not-scanning`: it answered, and the scan was off. */
export type ActionOutcome = 'done' | 'refused' | 'no-answer' | 'not-scanning';

/** What a radio tells about itself, from its callbacks. */
export type RadioFact =
  | { readonly type: 'adapter'; readonly state: 'on' | 'off' | 'gone' }
  /** Another program reset the controller or changed its scan. */
  | { readonly type: 'disturbed' }
  | { readonly type: 'no-answer' }
  | { readonly type: 'on-air' | 'off-air' };

export type SupervisionInput = { readonly at: MonoMs } & (
  | RadioFact
  | { readonly type: 'tick' }
  /** Adverts were heard; `neighbour`: among them one from another node of our own. */
  | { readonly type: 'heard'; readonly neighbour: boolean }
  | { readonly type: 'outcome'; readonly outcome: ActionOutcome }
);

export interface SupervisionPolicy {
  readonly silence: SilencePolicy;
  readonly probeEveryMs: number;
  readonly adapterOffMs: number;
  readonly offAirMs: number;
  readonly resetProofMs: number;
  readonly disturbance: { readonly firstMs: number; readonly maxMs: number; readonly forgetMs: number };
  readonly actionLimitMs: number;
}

export interface Supervision {
  readonly at: 'watching' | 'acting' | 'ended';
  readonly acting: Action | undefined;
  readonly actingSince: MonoMs;
  readonly adapter: 'on' | 'off' | 'gone';
  readonly adapterSince: MonoMs;
  /** Since when nothing of ours is known to be on air although the adapter is on. */
  readonly offAirSince: MonoMs | undefined;
  /** Commands in a row that nobody answered. */
  readonly unanswered: number;
  readonly refused: boolean;
  readonly scanEnded: boolean;
  readonly heartbeat: Heartbeat;
  readonly probedAt: MonoMs;
  readonly resetAt: MonoMs | undefined;
  readonly restartedAt: MonoMs | undefined;
  readonly restartPauseMs: number;
}

export const startSupervision = (at: MonoMs): Supervision => ({
  at: 'watching',
  acting: undefined,
  actingSince: at,
  adapter: 'off',
  adapterSince: at,
  offAirSince: undefined,
  unanswered: 0,
  refused: false,
  scanEnded: false,
  heartbeat: startHeartbeat(at),
  probedAt: at,
  resetAt: undefined,
  restartedAt: undefined,
  restartPauseMs: 0,
});

/** Only a tick asks for a step; everything else is remembered until then. */
export function supervise(
  state: Supervision,
  input: SupervisionInput,
  policy: SupervisionPolicy,
): { readonly state: Supervision; readonly step?: SupervisionStep } {
  const { at } = input;
  switch (input.type) {
    case 'tick': {
      const step = nextStep(state, at, policy);
      return step === undefined ? { state } : { state: begin(state, step, at, policy), step };
    }
    case 'heard':
      return { state: { ...state, heartbeat: noteHeard(state.heartbeat, at, input.neighbour, policy.silence) } };
    case 'adapter':
      return { state: onAdapter(state, input.state, at) };
    case 'disturbed':
      return { state: { ...state, scanEnded: true } };
    case 'no-answer':
      return { state: { ...state, unanswered: state.unanswered + 1 } };
    case 'on-air':
      return { state: { ...state, offAirSince: undefined, unanswered: 0 } };
    case 'off-air':
      return { state: { ...state, offAirSince: state.offAirSince ?? at } };
    case 'outcome':
      return { state: onOutcome(state, input.outcome, at) };
    default:
      return unreachable(input);
  }
}

function onAdapter(state: Supervision, adapter: Supervision['adapter'], at: MonoMs): Supervision {
  if (adapter === state.adapter) return state;
  const changed = { ...state, adapter, adapterSince: at, unanswered: 0, refused: false, scanEnded: false };
  // Only from here on is there anything to hear, or a way to get on air.
  return adapter === 'on' ? { ...changed, offAirSince: at, heartbeat: noteStageEnd(state.heartbeat, at) } : changed;
}

function onOutcome(state: Supervision, outcome: ActionOutcome, at: MonoMs): Supervision {
  if (state.at !== 'acting') return state;
  const idle: Supervision = { ...state, at: 'watching', acting: undefined };
  const unanswered = outcome === 'no-answer' ? state.unanswered + 1 : 0;
  if (state.acting === 'probe')
    return { ...idle, unanswered, scanEnded: state.scanEnded || outcome === 'not-scanning' };
  return {
    ...idle,
    unanswered,
    // What an adapter refuses while it is off says nothing about it.
    refused: outcome === 'refused' && state.adapter === 'on',
    heartbeat: noteStageEnd(state.heartbeat, at),
    resetAt: state.acting === 'reset' ? at : state.resetAt,
  };
}

function nextStep(state: Supervision, at: MonoMs, policy: SupervisionPolicy): SupervisionStep | undefined {
  if (state.at === 'ended') return undefined;
  if (state.adapter === 'gone') return { kind: 'exit', reason: 'adapter-gone' };
  if (state.at === 'acting') {
    return at - state.actingSince > policy.actionLimitMs ? { kind: 'exit', reason: 'stuck' } : undefined;
  }
  const fault = faultOf(state, at, policy);
  if (fault !== undefined) return { kind: mayReset(state, at, policy) ? 'reset' : 'exit', reason: fault };
  if (state.adapter === 'off') return undefined;
  // One lost answer may be a busy moment.
  if (state.unanswered > 0) return { kind: 'probe' };
  if (state.scanEnded && mayRestart(state, at, policy)) return { kind: 'restart', reason: 'scan-ended' };
  const stage = judgeSilence(state.heartbeat, at, policy.silence);
  if (stage !== undefined) return { kind: stage, reason: 'silence' };
  const quietMs = at - Math.max(state.heartbeat.quietSince, state.probedAt);
  return quietMs >= policy.probeEveryMs ? { kind: 'probe' } : undefined;
}

function faultOf(state: Supervision, at: MonoMs, policy: SupervisionPolicy): RecoveryReason | undefined {
  if (state.unanswered > 1) return 'no-answer';
  if (state.refused) return 'refused';
  // What a reset heals needs its time again after it.
  const since = (from: MonoMs): number => at - Math.max(from, state.resetAt ?? from);
  if (state.adapter === 'off') return since(state.adapterSince) > policy.adapterOffMs ? 'adapter-off' : undefined;
  const isOffAir = state.offAirSince !== undefined && since(state.offAirSince) > policy.offAirMs;
  return isOffAir ? 'off-air' : undefined;
}

/** A fault soon after a reset shows that resetting does not help. */
const mayReset = ({ resetAt }: Supervision, at: MonoMs, { resetProofMs }: SupervisionPolicy): boolean =>
  resetAt === undefined || at - resetAt > resetProofMs;

const mayRestart = ({ restartedAt, restartPauseMs }: Supervision, at: MonoMs, policy: SupervisionPolicy): boolean =>
  restartedAt === undefined || at - restartedAt >= Math.max(restartPauseMs, policy.disturbance.firstMs);

function begin(state: Supervision, step: SupervisionStep, at: MonoMs, policy: SupervisionPolicy): Supervision {
  if (step.kind === 'exit') return { ...state, at: 'ended', acting: undefined };
  const begun: Supervision = { ...state, at: 'acting', acting: step.kind, actingSince: at };
  if (step.kind === 'probe') return { ...begun, probedAt: at };
  const calm: Supervision = { ...begun, refused: false, scanEnded: false };
  if (step.reason === 'silence') return { ...calm, heartbeat: noteStage(state.heartbeat) };
  if (step.reason !== 'scan-ended') return calm;
  const { firstMs, maxMs, forgetMs } = policy.disturbance;
  const isFirst = state.restartedAt === undefined || at - state.restartedAt > forgetMs;
  return { ...calm, restartedAt: at, restartPauseMs: isFirst ? firstMs : Math.min(2 * state.restartPauseMs, maxMs) };
}
