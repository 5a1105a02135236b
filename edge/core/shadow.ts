import { z } from 'zod';
import { BootId } from '../../protocol/ids.ts';
import { EpochMsField, MonoMsField } from '../../protocol/messages/common.ts';
import { DesiredConfig, NodeConfig } from '../../protocol/messages/config.ts';
import type { Reject } from '../../protocol/result.ts';
import { type EpochMs, type MonoMs, monoMs } from '../../protocol/units.ts';
import { type NeededProof, type ShadowPolicy, type TrialHealth, unproved } from './shadow-proof.ts';

/**
 * What the cloud wants of this node, and what becomes of it.
 *
 *             newer version, judged good: marked on disk, then applied
 *   settled ──────────────────────────────────────────────────────────▶ trying
 *    ▲   │ newer version, judged bad: refused                             │
 *    │   ▼                                                                │
 *   settled ◀── proved: the trial is the last good one ───────────────────┤
 *           ◀── deadline, or the node began anew: rolled back ────────────┘
 *
 * Invariants: one trial at a time, a version that arrives meanwhile waits and only the newest of them; no version is
 * judged twice, and none after a newer one; what runs is the last good configuration or the trial that is on disk.
 */
const Versioned = z.object({ version: z.int().nonnegative(), config: NodeConfig });

const Outcome = z.object({
  version: z.int().nonnegative(),
  state: z.enum(['applied', 'refused', 'rolled-back']),
  reason: z.object({ code: z.string(), detail: z.string() }).optional(),
  at: EpochMsField,
});

export const Shadow = z.discriminatedUnion('at', [
  z.object({
    at: z.literal('settled'),
    good: Versioned,
    /** What became of the newest version; absent as long as there was none. */
    outcome: Outcome.optional(),
  }),
  z.object({
    at: z.literal('trying'),
    good: Versioned,
    trial: Versioned.extend({
      /** The boot it began in: in another one it was interrupted. */
      boot: BootId,
      since: MonoMsField,
      begunAt: EpochMsField,
      needs: z.object({ onAir: z.boolean(), hearing: z.boolean() }),
    }),
    /** Arrived during the trial. */
    next: DesiredConfig.optional(),
  }),
]);
export type Shadow = z.infer<typeof Shadow>;
type Trying = Extract<Shadow, { at: 'trying' }>;
export type TrialConfig = z.infer<typeof Versioned>;

export const UNSHADOWED: Shadow = { at: 'settled', good: { version: 0, config: {} } };

export interface ShadowMoment {
  readonly mono: MonoMs;
  readonly wall: EpochMs;
  readonly boot: BootId;
}

export type ShadowInput = {
  readonly now: ShadowMoment;
} /** The process began; whatever was under way has been interrupted. */ & (
  | { readonly type: 'begun' }
  /** `refusal`: what speaks against it before it is tried. `needs`: what must hold afterwards, because it held before. */
  | {
      readonly type: 'desired';
      readonly desired: DesiredConfig;
      readonly refusal: Reject | undefined;
      readonly needs: NeededProof;
    }
  | { readonly type: 'unreadable'; readonly version: number; readonly refusal: Reject }
  | { readonly type: 'health'; readonly health: TrialHealth }
);

/**
 * What to do, in this order. `store`: the state goes to disk, and nothing after it happens before. `apply`: this is what
 * runs from now on. `judge`: ask for `desired` again with a verdict of today.
 */
export type ShadowStep =
  | { readonly kind: 'store' }
  | { readonly kind: 'apply'; readonly config: NodeConfig }
  | { readonly kind: 'report' }
  | { readonly kind: 'judge'; readonly desired: DesiredConfig };

export interface ShadowChange {
  readonly state: Shadow;
  readonly steps: readonly ShadowStep[];
}

/** The newest version that was decided on, or is being tried. */
export const seenVersion = (state: Shadow): number =>
  state.at === 'trying' ? state.trial.version : (state.outcome?.version ?? state.good.version);

/** What a process that starts in `boot` runs: a trial that another boot began did not come to its end. */
export const configToRun = (state: Shadow, boot: BootId): TrialConfig =>
  state.at === 'trying' && state.trial.boot === boot ? state.trial : state.good;

export function stepShadow(state: Shadow, input: ShadowInput, policy: ShadowPolicy): ShadowChange {
  switch (input.type) {
    case 'begun':
      return state.at === 'trying' ? rollBack(state, INTERRUPTED, input.now) : { state, steps: [] };
    case 'desired':
      return onDesired(state, input);
    case 'unreadable':
      return onUnreadable(state, input.version, input.refusal, input.now);
    case 'health':
      return state.at === 'trying' ? onHealth(state, input.health, input.now, policy) : { state, steps: [] };
  }
}

const INTERRUPTED: Reject = {
  code: 'interrupted',
  detail: 'the node restarted or lost its power while it tried this configuration',
};

function onDesired(state: Shadow, input: Extract<ShadowInput, { type: 'desired' }>): ShadowChange {
  const { desired, refusal, needs, now } = input;
  const seen = seenVersion(state);
  // The cloud asks again because it does not know; the answer stands.
  if (desired.version === seen) return { state, steps: [{ kind: 'report' }] };
  if (desired.version < seen) return { state, steps: [] };
  if (state.at === 'trying') {
    if (desired.version <= (state.next?.version ?? 0)) return { state, steps: [] };
    return { state: { ...state, next: desired }, steps: [{ kind: 'store' }] };
  }
  if (refusal !== undefined) return refuse(state.good, desired.version, refusal, now);
  const { version, config } = desired;
  const trial = { version, config, boot: now.boot, since: now.mono, begunAt: now.wall, needs };
  return {
    state: { at: 'trying', good: state.good, trial },
    steps: [{ kind: 'store' }, { kind: 'apply', config }, { kind: 'report' }],
  };
}

function onUnreadable(state: Shadow, version: number, refusal: Reject, now: ShadowMoment): ShadowChange {
  // A trial under way is not disturbed by it; the cloud says it again at the next connection.
  if (state.at === 'trying' || version < seenVersion(state)) return { state, steps: [] };
  if (version === seenVersion(state)) return { state, steps: [{ kind: 'report' }] };
  return refuse(state.good, version, refusal, now);
}

const refuse = (good: TrialConfig, version: number, { code, detail }: Reject, now: ShadowMoment): ShadowChange => ({
  state: { at: 'settled', good, outcome: { version, state: 'refused', reason: { code, detail }, at: now.wall } },
  steps: [{ kind: 'store' }, { kind: 'report' }],
});

function onHealth(state: Trying, health: TrialHealth, now: ShadowMoment, policy: ShadowPolicy): ShadowChange {
  const missing = unproved(state.trial, health, policy);
  if (missing === undefined) {
    const { version, config } = state.trial;
    const outcome = { version, state: 'applied' as const, at: now.wall };
    return {
      state: { at: 'settled', good: { version, config }, outcome },
      steps: [{ kind: 'store' }, { kind: 'report' }, ...judgeNext(state)],
    };
  }
  if (now.mono < monoMs(state.trial.since + policy.trialMs)) return { state, steps: [] };
  const seconds = Math.round(policy.trialMs / 1_000);
  return rollBack(state, { code: missing.code, detail: `${missing.detail} ${seconds} s after it was applied` }, now);
}

function rollBack(state: Trying, { code, detail }: Reject, now: ShadowMoment): ShadowChange {
  const { good, trial } = state;
  const outcome = { version: trial.version, state: 'rolled-back' as const, reason: { code, detail }, at: now.wall };
  return {
    state: { at: 'settled', good, outcome },
    steps: [{ kind: 'store' }, { kind: 'apply', config: good.config }, { kind: 'report' }, ...judgeNext(state)],
  };
}

const judgeNext = ({ next }: Trying): ShadowStep[] => (next === undefined ? [] : [{ kind: 'judge', desired: next }]);
