import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import { CONFIG_KEYS, type ConfigKey, type NodeConfig } from '../../protocol/messages/config.ts';
import { explainMessage } from '../../protocol/messages/explain.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';
import { type BroadcastPlan, planBroadcast } from './broadcast-plan.ts';
import { BroadcastProfile, profileKeysAt } from './broadcast-profile.ts';
import { ENTER_DBM_LIMITS, PRESENCE_POLICY } from './thresholds.ts';

/** What a node would run with if nobody wanted anything of it. */
export interface LocalConfig {
  /** Name or path. */
  readonly profile: string;
  readonly enterDbm: number | undefined;
  readonly exitAfterMs: number;
  readonly footfall: boolean;
  readonly healthEveryMs: number;
  readonly logLevel: string;
  /** Set by flag or environment: whoever stands at the machine wins over whoever sits far away. */
  readonly pinned: readonly ConfigKey[];
}

/** In effect: every value there is. */
export interface EffectiveConfig extends Omit<LocalConfig, 'pinned' | 'profile' | 'enterDbm'> {
  readonly profile: NonNullable<NodeConfig['profile']>;
  readonly enterDbm: number;
}

/** Flag and environment, then what is wanted, then the bundle, then the default. */
export function effectiveConfig(
  local: LocalConfig,
  bundle: Pick<NodeBundle, 'enterDbm'>,
  wanted: NodeConfig,
): EffectiveConfig {
  const { pinned, enterDbm, ...standard } = local;
  const free = Object.fromEntries(
    CONFIG_KEYS.flatMap((key) => (wanted[key] === undefined || pinned.includes(key) ? [] : [[key, wanted[key]]])),
  );
  const own = pinned.includes('enterDbm') ? enterDbm : (bundle.enterDbm ?? enterDbm);
  return { ...standard, enterDbm: own ?? PRESENCE_POLICY.enterDbm, ...free };
}

export type LoadProfile = (name: string) => Result<{ readonly name: string; readonly profile: BroadcastProfile }>;

/** Name in health of a profile that came written out. */
export const INLINE_PROFILE_NAME = 'inline';

/** The broadcast a profile, by name or written out, makes of this node. */
export function planProfile(
  profile: EffectiveConfig['profile'],
  bundle: NodeBundle,
  load: LoadProfile,
): Result<BroadcastPlan> {
  if (typeof profile === 'string') {
    const loaded = load(profile);
    return loaded.ok ? planBroadcast(loaded.value.name, loaded.value.profile, bundle) : loaded;
  }
  const parsed = BroadcastProfile.safeParse(profile);
  if (parsed.success) return planBroadcast(INLINE_PROFILE_NAME, parsed.data, bundle);
  return reject('profile-invalid', `profile: ${explainMessage(parsed.error, profileKeysAt)}`);
}

/** Whether a node can be left alone with this configuration; what only shows on air is found out by trying. */
export function judgeConfig(config: NodeConfig, bundle: NodeBundle, load: LoadProfile): Result<NodeConfig> {
  const { enterDbm, exitAfterMs, profile } = config;
  const { memoryMs } = PRESENCE_POLICY;
  if (exitAfterMs !== undefined && exitAfterMs < memoryMs) {
    return reject(
      'exit-flaps',
      `exitAfterMs ${exitAfterMs}: tags in pockets go unheard for several seconds, so everybody would leave and come all the time; use ${memoryMs} or more`,
    );
  }
  const { weakest, strongest } = ENTER_DBM_LIMITS;
  if (enterDbm !== undefined && (enterDbm < weakest || enterDbm > strongest)) {
    const effect =
      enterDbm < weakest ? 'everything the receiver hears at all would be near' : 'no tag would ever be near';
    return reject('enter-unreachable', `enterDbm ${enterDbm}: ${effect}; use ${weakest} to ${strongest}`);
  }
  if (profile === undefined) return accept(config);
  const plan = planProfile(profile, bundle, load);
  return plan.ok ? accept(config) : plan;
}
