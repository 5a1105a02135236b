import type { NodeBundle } from '../protocol/messages/bundle.ts';
import type { NodeConfig } from '../protocol/messages/config.ts';
import { type EffectiveConfig, effectiveConfig, type LocalConfig, planProfile } from './core/shadow-config.ts';
import { createRadioDesk, type RadioDesk, type RadioDeskParts } from './radio-config.ts';
import type { EdgeSettings } from './settings.ts';
import type { Beside } from './store/beside.ts';
import { loadProfile } from './store/broadcast-profile-file.ts';
import { createSecureSteps } from './store/secure-counter.ts';

/** What this machine's own settings say, and which of them somebody set here. */
export const localConfig = (settings: EdgeSettings): LocalConfig => {
  const { profile, enterDbm, exitAfterMs, footfall, healthEveryMs, logLevel, pinned } = settings;
  return { profile, enterDbm, exitAfterMs, footfall, healthEveryMs, logLevel, pinned };
};

/** The radio's view of what is wanted. */
export function openRadioDesk(
  beside: Pick<Beside, 'config' | 'requests' | 'version' | 'disk'>,
  {
    settings,
    bundle,
    machine,
    log,
  }: Pick<RadioDeskParts, 'machine' | 'log'> & {
    readonly settings: EdgeSettings;
    readonly bundle: NodeBundle;
  },
): RadioDesk {
  const local = localConfig(settings);
  const desk = createRadioDesk({
    store: beside.config,
    requests: beside.requests,
    dataVersion: beside.version,
    inEffect: (config: NodeConfig): EffectiveConfig => effectiveConfig(local, bundle, config),
    planOf: (profile) => planProfile(profile, bundle, loadProfile),
    secureStepsOf: ({ cycle }) =>
      cycle.some(({ kind }) => kind === 'line-secure')
        ? createSecureSteps(beside.disk, { hwid: bundle.hwid, mono: machine.mono })
        : undefined,
    machine,
    log,
  });
  log.level = desk.first.logLevel;
  return desk;
}
