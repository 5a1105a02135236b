import type Database from 'better-sqlite3';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import type { NodeConfig } from '../protocol/messages/config.ts';
import { type EffectiveConfig, effectiveConfig, type LocalConfig, planProfile } from './core/shadow-config.ts';
import { createRadioDesk, type RadioDesk, type RadioDeskParts } from './radio-config.ts';
import type { EdgeSettings } from './settings.ts';
import { loadProfile } from './store/broadcast-profile-file.ts';
import { createNodeConfigStore } from './store/node-config.ts';
import { createRadioRequests } from './store/radio-requests.ts';
import { createSecureSteps } from './store/secure-counter.ts';

/** What this machine's own settings say, and which of them somebody set here. */
export const localConfig = (settings: EdgeSettings): LocalConfig => {
  const { profile, enterDbm, exitAfterMs, footfall, healthEveryMs, logLevel, pinned } = settings;
  return { profile, enterDbm, exitAfterMs, footfall, healthEveryMs, logLevel, pinned };
};

/** The radio's view of what is wanted, on its own database connection. */
export function openRadioDesk(
  db: Database.Database,
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
    store: createNodeConfigStore(db, bundle.nodeId),
    requests: createRadioRequests(db),
    dataVersion: () => Number(db.pragma('data_version', { simple: true })),
    inEffect: (config: NodeConfig): EffectiveConfig => effectiveConfig(local, bundle, config),
    planOf: (profile) => planProfile(profile, bundle, loadProfile),
    secureStepsOf: ({ cycle }) =>
      cycle.some(({ kind }) => kind === 'line-secure')
        ? createSecureSteps(db, { hwid: bundle.hwid, mono: machine.mono })
        : undefined,
    machine,
    log,
  });
  log.level = desk.first.logLevel;
  return desk;
}
