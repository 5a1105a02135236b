import type { Logger } from 'pino';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import { type DesiredConfig, type NodeConfig, type ReportedConfig, readDesired } from '../protocol/messages/config.ts';
import { type MonoMs, monoMs } from '../protocol/units.ts';
import { configToRun, type ShadowChange, type ShadowInput, stepShadow } from './core/shadow.ts';
import {
  type EffectiveConfig,
  effectiveConfig,
  judgeConfig,
  type LoadProfile,
  type LocalConfig,
} from './core/shadow-config.ts';
import type { NeededProof, ShadowPolicy, TrialHealth } from './core/shadow-proof.ts';
import { reportShadow } from './core/shadow-report.ts';
import {
  HEARING_MS,
  RADIO_AWAITED_MS,
  RADIO_SNAPSHOT_STALE_INTERVALS,
  TRIAL_SILENCE_INTERVALS,
  TRIAL_TOLD_MS,
} from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import { parseJson } from './json.ts';
import type { NodeConfigStore } from './store/node-config.ts';
import type { RadioSnapshot, RadioSnapshots } from './store/radio-snapshot.ts';

/** The uplink's part in the device shadow: takes what is desired, watches its trial, reports. */
export interface ShadowAgent {
  /** A message on `config/desired`. Throws when the disk fails; it is taken up again on the next beat then. */
  onDesired(payload: Uint8Array): void;
  /** The broker is reached: says again how things stand, whoever remembers what. */
  onUp(): void;
  beat(): void;
  effective(): EffectiveConfig;
  report(): ReportedConfig;
  counters(): Readonly<Record<string, number>>;
}

export interface ShadowAgentParts {
  readonly bundle: NodeBundle;
  readonly local: LocalConfig;
  readonly store: NodeConfigStore;
  readonly snapshots: Pick<RadioSnapshots, 'read'>;
  readonly loadProfile: LoadProfile;
  readonly machine: Machine;
  readonly policy: ShadowPolicy;
  readonly isLinked: () => boolean;
  readonly publish: (report: ReportedConfig) => void;
  readonly log: Logger;
}

export function createShadowAgent(parts: ShadowAgentParts): ShadowAgent {
  const { bundle, local, store, snapshots, machine, policy, log } = parts;
  const counters = { configsRefused: 0, configsRolledBack: 0, configsApplied: 0, configsUnreadable: 0 };
  const inEffect = (config: NodeConfig): EffectiveConfig => effectiveConfig(local, bundle, config);
  let state = store.read();
  let effective = inEffect(configToRun(state, machine.boot).config);
  /** Desired, and not decided on yet: the radio is not up, or the disk failed. */
  let held: { readonly desired: DesiredConfig; readonly until: MonoMs } | undefined;

  function feed(input: ShadowInput): void {
    const change = stepShadow(state, input, policy);
    for (const step of change.steps) {
      switch (step.kind) {
        case 'store':
          store.write(change.state);
          break;
        case 'apply':
          effective = inEffect(step.config);
          log.level = effective.logLevel;
          break;
        case 'report':
          note(change);
          state = change.state;
          parts.publish(report());
          break;
        case 'judge':
          hold(step.desired);
          break;
      }
    }
    state = change.state;
  }

  function note({ state: next }: ShadowChange): void {
    if (next === state) return;
    if (next.at === 'trying') {
      log.info({ version: next.trial.version, config: next.trial.config }, 'trying a configuration');
      return;
    }
    const { version, state: outcome, reason } = next.outcome ?? {};
    if (outcome === 'applied') counters.configsApplied += 1;
    if (outcome === 'refused') counters.configsRefused += 1;
    if (outcome === 'rolled-back') counters.configsRolledBack += 1;
    log[outcome === 'applied' ? 'info' : 'warn']({ version, ...(reason && { reason }) }, `configuration ${outcome}`);
  }

  const report = (): ReportedConfig => reportShadow(state, effective, local.pinned, machine.wall());

  function hold(desired: DesiredConfig): void {
    // An older one, delivered late, does not push a newer one aside.
    if (held !== undefined && desired.version < held.desired.version) return;
    held = { desired, until: monoMs(machine.mono() + RADIO_AWAITED_MS) };
  }

  function decide(): void {
    if (held === undefined) return;
    const radio = freshSnapshot();
    const { mono } = machine.moment();
    if (state.at === 'settled' && radio === undefined && mono < held.until) return;
    const { desired } = held;
    const judged = judgeConfig(desired.config, bundle, parts.loadProfile);
    const refusal = judged.ok ? undefined : judged.reject;
    feed({ type: 'desired', desired, refusal, needs: needsOf(desired.config, radio, mono), now: machine.moment() });
    if (held?.desired === desired) held = undefined;
  }

  function needsOf(config: NodeConfig, radio: RadioSnapshot | undefined, mono: MonoMs): NeededProof {
    const changesBroadcast = JSON.stringify(inEffect(config).profile) !== JSON.stringify(effective.profile);
    const heardAt = radio?.lastAdvertMono;
    return {
      onAir: changesBroadcast || radio?.onAir !== undefined,
      hearing: heardAt !== undefined && mono - heardAt <= HEARING_MS,
    };
  }

  /** What the radio process last said, if it is alive. */
  function freshSnapshot(): RadioSnapshot | undefined {
    const snapshot = snapshots.read();
    if (snapshot?.boot !== machine.boot || snapshot.running === false) return undefined;
    const onTrial = state.at === 'trying' && snapshot.config?.version === state.trial.version;
    const staleAfterMs = onTrial
      ? TRIAL_TOLD_MS * TRIAL_SILENCE_INTERVALS
      : effective.healthEveryMs * RADIO_SNAPSHOT_STALE_INTERVALS;
    return machine.mono() - snapshot.writtenMono <= staleAfterMs ? snapshot : undefined;
  }

  function health(): TrialHealth {
    const snapshot = freshSnapshot();
    if (snapshot === undefined) return { linked: parts.isLinked() };
    const { config, onAir, silentUntilMs, lastAdvertMono, writtenMono } = snapshot;
    return {
      linked: parts.isLinked(),
      radio: {
        version: config?.version ?? 0,
        since: config?.sinceMono ?? writtenMono,
        toldAt: writtenMono,
        onAir: onAir !== undefined || silentUntilMs !== undefined,
        ...(lastAdvertMono !== undefined && { heardAt: lastAdvertMono }),
      },
    };
  }

  let begun = false;
  /** Before anything else; a disk that fails at the start may work a beat later. */
  function begin(): void {
    if (begun) return;
    feed({ type: 'begun', now: machine.moment() });
    begun = true;
  }

  try {
    begin();
  } catch (error) {
    log.error({ err: error }, 'an interrupted configuration cannot be taken back yet; check the disk');
  }

  return {
    onDesired(payload) {
      const read = readDesired(parseJson(payload));
      if (read.ok) {
        hold(read.value);
        decide();
        return;
      }
      counters.configsUnreadable += 1;
      log.warn({ reason: read.reject }, 'unreadable configuration');
      if (read.version === undefined) return;
      feed({ type: 'unreadable', version: read.version, refusal: read.reject, now: machine.moment() });
    },
    onUp: () => parts.publish(report()),
    beat() {
      begin();
      decide();
      if (state.at === 'trying') feed({ type: 'health', health: health(), now: machine.moment() });
    },
    effective: () => effective,
    report,
    counters: () => counters,
  };
}
