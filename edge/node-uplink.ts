import type { Logger } from 'pino';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import { FLIGHT_POLICY, SHADOW_POLICY } from './core/thresholds.ts';
import { Decommissioned } from './decommission.ts';
import { readBoard } from './host/board.ts';
import { hostFiles } from './host/files.ts';
import type { Machine } from './host/machine.ts';
import { readMachineHealth } from './host/machine-health.ts';
import { productVersion } from './host/version.ts';
import { createMqttLink } from './link/mqtt-link.ts';
import { localConfig } from './node-shadow.ts';
import { storePaths } from './node-store.ts';
import { RestartAsked } from './radio-config.ts';
import { createRemoteControl } from './remote-control.ts';
import type { EdgeSettings } from './settings.ts';
import { openBeside } from './store/beside.ts';
import { loadProfile } from './store/broadcast-profile-file.ts';
import { openReaderStore } from './store/reader-store.ts';
import { startUplinkDaemon, type UplinkDaemon } from './uplink-daemon.ts';

/** The uplink of a node with all it is made of. `failed` resolves when the cloud asked for new processes, or for none. */
export function startNodeUplink({
  settings,
  bundle,
  machine,
  log,
}: {
  readonly settings: EdgeSettings;
  readonly bundle: NodeBundle;
  readonly machine: Machine;
  readonly log: Logger;
}): UplinkDaemon {
  const paths = storePaths(settings);
  const beside = openBeside({ ...paths, nodeId: bundle.nodeId, role: 'uplink', mono: machine.mono });
  const store = openReaderStore({ ...paths, nodeId: bundle.nodeId, mono: machine.mono });
  const versions = { pharos: productVersion(), node: process.version };
  const files = hostFiles();
  const board = readBoard(files);
  const link = createMqttLink({
    bundle,
    birth: () => ({ v: 1, online: true, boot: machine.boot, at: machine.wall(), versions, board }),
    random: Math.random,
    url: settings.mqttUrl,
    clock: () => ({ says: new Date(machine.wall()).toISOString(), plausible: machine.clockState() !== 'unsynced' }),
  });
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const remote = createRemoteControl({
    beside,
    paths,
    bundle,
    local: localConfig(settings),
    loadProfile,
    snapshots: store.snapshots,
    policy: { ...SHADOW_POLICY, trialMs: settings.trialMs },
    link,
    machine,
    health: () => daemon.health(),
    end: (why) => fail(why === 'wipe' ? new Decommissioned(bundle.nodeId) : new RestartAsked(bundle.nodeId)),
    log,
  });
  const daemon: UplinkDaemon = startUplinkDaemon({
    outbox: store.outbox,
    snapshots: store.snapshots,
    uplinkSnapshots: beside.uplinkSnapshots,
    link,
    remote,
    machine,
    computer: () => readMachineHealth({ files, dataDir: settings.dataDir }),
    policy: FLIGHT_POLICY,
    healthEveryMs: settings.healthEveryMs,
    random: Math.random,
    log,
  });
  return {
    ...daemon,
    failed,
    async stop() {
      await daemon.stop();
      beside.close();
      store.close();
    },
  };
}
