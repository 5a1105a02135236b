import type { Reject } from '../../protocol/result.ts';
import type { MonoMs } from '../../protocol/units.ts';

/** What must hold again before a trial counts as good: nothing that was not so before it, except for what it changes. */
export interface NeededProof {
  readonly onAir: boolean;
  readonly hearing: boolean;
}

/** How a node is while it tries a configuration. */
export interface TrialHealth {
  /** The broker is reached. */
  readonly linked: boolean;
  /** Absent: no radio process says anything. */
  readonly radio?: {
    /** The configuration it runs with, and since when. */
    readonly version: number;
    readonly since: MonoMs;
    /** When it last said so: a process that died since says nothing new. */
    readonly toldAt: MonoMs;
    /** Confirmed by the controller, or silent because the hours of the profile say so. */
    readonly onAir: boolean;
    readonly heardAt?: MonoMs;
  };
}

export interface ShadowPolicy {
  /** How long a configuration has to prove itself. */
  readonly trialMs: number;
  /** It must still hold this long after the radio took it up. */
  readonly settleMs: number;
}

export type UnprovedCode = 'no-radio' | 'not-taken-up' | 'off-air' | 'deaf' | 'no-broker' | 'too-soon';

/** What is missing before the trial is proved, the most telling first; `undefined` once nothing is. */
export function unproved(
  trial: { readonly version: number; readonly needs: NeededProof },
  { linked, radio }: TrialHealth,
  { settleMs }: ShadowPolicy,
): Reject<UnprovedCode> | undefined {
  const missing = (code: UnprovedCode): Reject<UnprovedCode> => ({ code, detail: UNPROVED[code] });
  if (radio === undefined) return missing('no-radio');
  if (radio.version !== trial.version) return missing('not-taken-up');
  if (trial.needs.onAir && !radio.onAir) return missing('off-air');
  if (trial.needs.hearing && !(radio.heardAt !== undefined && radio.heardAt > radio.since)) return missing('deaf');
  if (!linked) return missing('no-broker');
  return radio.toldAt - radio.since < settleMs ? missing('too-soon') : undefined;
}

const UNPROVED: Readonly<Record<UnprovedCode, string>> = {
  'no-radio': 'the radio process said nothing any more',
  'not-taken-up': 'the radio had not taken it up',
  'off-air': 'nothing was on air',
  deaf: 'the radio, which heard adverts before, heard none',
  'no-broker': 'the broker could not be reached',
  'too-soon': 'it had not held for long enough',
};
