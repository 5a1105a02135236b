import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import type { TagSubject } from '../protocol/messages/common.ts';
import type { NodeHealth } from '../protocol/messages/status.ts';
import { type Commands, createCommands } from './commands.ts';
import type { LoadProfile, LocalConfig } from './core/shadow-config.ts';
import type { ShadowPolicy } from './core/shadow-proof.ts';
import { RADIO_SNAPSHOT_STALE_INTERVALS } from './core/thresholds.ts';
import { blinkActivityLed } from './host/led.ts';
import type { Machine } from './host/machine.ts';
import type { MqttLink } from './link/mqtt-link.ts';
import { createShadowAgent, type ShadowAgent } from './shadow-agent.ts';
import type { Beside } from './store/beside.ts';
import { removeAside } from './store/broken-database.ts';
import type { FollowUp } from './store/commands.ts';
import { createPresenceSnapshots } from './store/presence-snapshot.ts';
import type { RadioSnapshots } from './store/radio-snapshot.ts';
import { openMemory } from './store/store-side.ts';
import { type Erased, eraseSubjects } from './store/subject-erasure.ts';

/** What the cloud may do to this node: its configuration and its commands. */
export interface RemoteControl {
  onUp(): void;
  beat(): void;
  onDesired(payload: Uint8Array): void;
  onCommand(payload: Uint8Array): void;
  healthEveryMs(): number;
  counters(): Readonly<Record<string, number>>;
}

export interface RemoteControlParts {
  readonly beside: Beside;
  /** Events are in the second while the disk takes none. */
  readonly paths: { readonly diskPath: string; readonly memoryPath: string };
  readonly bundle: NodeBundle;
  readonly snapshots: Pick<RadioSnapshots, 'read'>;
  readonly local: LocalConfig;
  readonly loadProfile: LoadProfile;
  readonly policy: ShadowPolicy;
  readonly link: Pick<MqttLink, 'isUp' | 'publish'>;
  readonly machine: Machine;
  /** As it would be told now. */
  readonly health: () => NodeHealth | undefined;
  readonly end: (why: FollowUp) => void;
  readonly log: Logger;
}

export function createRemoteControl(parts: RemoteControlParts): RemoteControl {
  const { beside, bundle, snapshots, link, machine, log } = parts;
  const agent: ShadowAgent = createShadowAgent({
    ...parts,
    store: beside.config,
    isLinked: link.isUp,
    publish: (report) => link.publish('config/reported', report),
  });
  log.level = agent.effective().logLevel;

  function isRadioAlive(): boolean {
    const radio = snapshots.read();
    if (radio?.boot !== machine.boot || radio.running === false) return false;
    const everyMs = radio.everyMs ?? agent.effective().healthEveryMs;
    return machine.mono() - radio.writtenMono <= everyMs * RADIO_SNAPSHOT_STALE_INTERVALS;
  }

  const commands: Commands = createCommands({
    ...parts,
    nodeId: bundle.nodeId,
    store: beside.commands,
    requests: beside.requests,
    identify(seconds) {
      const shown = blinkActivityLed(seconds);
      log.warn(
        { node: bundle.nodeId, store: bundle.storeId, zone: bundle.zone },
        'this is the node you are looking for',
      );
      return shown ?? 'this machine has no activity light the node may use; it wrote a line into its log instead';
    },
    snapshot: () => ({ config: agent.report(), health: parts.health() }),
    eraseSubjects(subjects) {
      const { diskPath, memoryPath } = parts.paths;
      // Memory first: what is moved to the disk meanwhile is met there.
      const inMemory = existsSync(memoryPath) ? eraseInMemory(memoryPath, subjects) : undefined;
      const disk = beside.disk();
      const onDisk = eraseSubjects(disk, createPresenceSnapshots(disk), subjects);
      // Nobody can tell who is in a damaged file.
      removeAside(diskPath);
      return inMemory === undefined ? onDisk : together(onDisk, inMemory);
    },
    isRadioAlive,
    publish: (result, onTaken) => link.publish('command/result', result, onTaken),
  });

  return {
    onUp() {
      agent.onUp();
      commands.onUp();
    },
    beat() {
      beside.tend();
      agent.beat();
      commands.beat();
    },
    onDesired: agent.onDesired,
    onCommand: commands.onCommand,
    healthEveryMs: () => agent.effective().healthEveryMs,
    counters: () => ({ ...agent.counters(), ...commands.counters() }),
  };
}

function eraseInMemory(path: string, subjects: readonly TagSubject[]): Erased {
  const memory = openMemory(path);
  try {
    return eraseSubjects(memory, createPresenceSnapshots(memory), subjects);
  } finally {
    memory.close();
  }
}

const together = (a: Erased, b: Erased): Erased => ({
  waiting: a.waiting + b.waiting,
  parked: a.parked + b.parked,
  present: a.present + b.present,
  overwritten: a.overwritten && b.overwritten,
});
