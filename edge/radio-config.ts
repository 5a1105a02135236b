import type { Logger } from 'pino';
import type { NodeId } from '../protocol/ids.ts';
import { tagSubjectKey } from '../protocol/messages/common.ts';
import type { NodeConfig } from '../protocol/messages/config.ts';
import type { Result } from '../protocol/result.ts';
import type { MonoMs } from '../protocol/units.ts';
import type { BroadcastPlan } from './core/broadcast-plan.ts';
import { type PresencePolicy, presencePolicyOf } from './core/presence.ts';
import { configToRun, type TrialConfig } from './core/shadow.ts';
import type { EffectiveConfig } from './core/shadow-config.ts';
import { CONFIG_POLL_MS, PRESENCE_POLICY } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import type { NodeConfigStore } from './store/node-config.ts';
import type { RadioRequest, RadioRequests } from './store/radio-requests.ts';
import type { SecureSteps } from './store/secure-counter.ts';

/** What a radio runs with, whoever decided it. */
export interface RadioConfig {
  /** Of the desired configuration; 0: nothing was ever desired. */
  readonly version: number;
  readonly policy: PresencePolicy;
  readonly footfall: boolean;
  readonly healthEveryMs: number;
  readonly logLevel: string;
  /** Whether the uplink watches how it goes. */
  readonly onTrial: boolean;
  /** As configured; tells one broadcast from another. */
  readonly profile: EffectiveConfig['profile'];
}

/** What a look found. */
export interface RadioNews {
  /** Present when another configuration is to run; `plan` when it broadcasts something else. */
  readonly config?: RadioConfig & { readonly plan?: BroadcastPlan };
  readonly requests: readonly RadioRequest[];
}

/** What the radio looks at for what it should do: the database both daemons share, cheaply and often. */
export interface RadioDesk {
  readonly first: RadioConfig;
  firstPlan(): Result<BroadcastPlan>;
  /** `undefined` while nothing has changed. Throws when the disk fails. */
  look(now: MonoMs): RadioNews | undefined;
  answer(id: string, count: number): void;
  /** The counter of a plan's secure frame, if it has one. */
  secureStepsOf(plan: BroadcastPlan): SecureSteps | undefined;
}

export interface RadioDeskParts extends Pick<RadioDesk, 'secureStepsOf'> {
  readonly store: NodeConfigStore;
  readonly requests: RadioRequests;
  /** Differs from its last value when somebody else may have written. */
  readonly dataVersion: () => string;
  readonly inEffect: (config: NodeConfig) => EffectiveConfig;
  readonly planOf: (profile: EffectiveConfig['profile']) => Result<BroadcastPlan>;
  readonly machine: Machine;
  readonly log: Logger;
}

export const radioConfig = ({ version }: TrialConfig, onTrial: boolean, effective: EffectiveConfig): RadioConfig => {
  const { enterDbm, exitAfterMs, footfall, healthEveryMs, logLevel, profile } = effective;
  const policy = presencePolicyOf(PRESENCE_POLICY, { enterDbm, exitAfterMs });
  return { version, policy, footfall, healthEveryMs, logLevel, onTrial, profile };
};

export function createRadioDesk(parts: RadioDeskParts): RadioDesk {
  const { store, requests, machine, log } = parts;
  let seen = '';
  let due = 0;

  function wanted(): RadioConfig {
    const shadow = store.read();
    const run = configToRun(shadow, machine.boot);
    return radioConfig(run, shadow.at === 'trying' && run === shadow.trial, parts.inEffect(run.config));
  }

  const first = wanted();
  // This process is the one that was asked for, also where the disk does not let it say so.
  const met = requests.open().flatMap(({ kind, id }) => (kind === 'restart' ? [id] : []));
  try {
    for (const id of met) requests.takeBack(id);
  } catch (error) {
    log.error({ err: error }, 'the request to start again cannot be taken back; check the disk');
  }
  let running = first;

  /** What has to change; a broadcast that cannot be planned any more leaves the one on air alone. */
  function change(): RadioNews['config'] {
    const next = wanted();
    if (JSON.stringify(next) === JSON.stringify(running)) return undefined;
    const sameBroadcast = JSON.stringify(next.profile) === JSON.stringify(running.profile);
    running = next;
    if (sameBroadcast) return next;
    const plan = parts.planOf(next.profile);
    if (plan.ok) return { ...next, plan: plan.value };
    log.error({ reason: plan.reject }, 'the profile cannot be used; the former one stays on air');
    return next;
  }

  return {
    first,
    firstPlan: () => parts.planOf(first.profile),
    look(now) {
      if (now < due) return undefined;
      due = now + CONFIG_POLL_MS;
      const version = parts.dataVersion();
      if (version === seen) return undefined;
      const config = change();
      const open = requests.open().filter(({ id }) => !met.includes(id));
      // Last, so that a fault on the way makes it look again.
      seen = version;
      return config === undefined && open.length === 0 ? undefined : { ...(config && { config }), requests: open };
    },
    answer: requests.answer,
    secureStepsOf: parts.secureStepsOf,
  };
}

/** Whether something is about one of the subjects of an erasure. */
export function aboutOneOf(request: Extract<RadioRequest, { kind: 'erase' }>): (thing: object) => boolean {
  const wanted = new Set(request.subjects.map(tagSubjectKey));
  return (thing) => 'subject' in thing && wanted.has(tagSubjectKey(thing.subject as (typeof request.subjects)[number]));
}

/** The processes of this node are to begin anew; whoever started them does so. */
export class RestartAsked extends Error {
  override readonly name = 'RestartAsked';
  constructor(nodeId: NodeId) {
    super(`node ${nodeId} was asked to start again`);
  }
}
