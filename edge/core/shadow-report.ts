import type { ConfigKey, ReportedConfig } from '../../protocol/messages/config.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Shadow } from './shadow.ts';
import type { EffectiveConfig } from './shadow-config.ts';

/** What the node tells of its configuration; `effective` is what runs now, trial or not. */
export function reportShadow(
  state: Shadow,
  effective: EffectiveConfig,
  pinned: readonly ConfigKey[],
  now: EpochMs,
): ReportedConfig {
  const common = { v: 1 as const, config: { ...effective }, ...(pinned.length > 0 && { pinned: [...pinned] }) };
  if (state.at === 'trying') {
    return { ...common, version: state.trial.version, state: 'applying', at: state.trial.begunAt };
  }
  const { version, state: outcome, at, reason } = state.outcome ?? { version: 0, state: 'applied', at: now };
  return { ...common, version, state: outcome, at, ...(reason !== undefined && { reason }) };
}
