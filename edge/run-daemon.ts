import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import { FLIGHT_POLICY, OUTBOX_MAX_BYTES, PRESENCE_POLICY } from './core/thresholds.ts';
import { createMachine, type Machine } from './host/machine.ts';
import { productVersion } from './host/version.ts';
import { createMqttLink } from './link/mqtt-link.ts';
import { createHciRadio } from './radio/hci-radio.ts';
import { isAirLoaded } from './radio/libraries.ts';
import { listAdapters, selectRadio } from './radio/select-radio.ts';
import { type Daemon, startRadioDaemon } from './radio-daemon.ts';
import type { EdgeSettings } from './settings.ts';
import { bundlePath, readBundle } from './store/bundle-file.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox } from './store/outbox.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';
import { startUplinkDaemon, type UplinkDaemon } from './uplink-daemon.ts';

/** The node is not set up to run; `message` says what is missing and what to do. Exit code 78. */
export class Misconfigured extends Error {
  override readonly name = 'Misconfigured';
}

export const databasePath = (dataDir: string): string => join(dataDir, 'edge.sqlite');

interface Base {
  readonly settings: EdgeSettings;
  readonly bundle: NodeBundle;
  readonly machine: Machine;
  readonly log: Logger;
}

export type Role = 'radio' | 'uplink';

/**
 * Starts the daemons of `roles` in this process: one each under systemd, both for a laptop. Radio and uplink keep a
 * database connection each even here, so that what works in one process works in two. Rejects with
 * {@link Misconfigured} or `RadioUnavailable`; nothing runs then.
 */
export async function startNode(
  settings: EdgeSettings,
  roles: readonly Role[],
  wantedRadio: string | undefined,
): Promise<Required<Daemon>> {
  const base = prepare(settings);
  const radio = roles.includes('radio') ? chooseRadio(base, wantedRadio) : undefined;
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
  const running: Daemon[] = [];
  let uplink: UplinkDaemon | undefined;
  if (roles.includes('uplink')) {
    uplink = startUplink(base);
    running.unshift(uplink);
  }
  try {
    if (radio !== undefined) running.unshift(await startRadio(base, radio, () => uplink?.nudge()));
  } catch (error) {
    await stopAll(running);
    throw error;
  }
  const failures = running.flatMap(({ failed }) => (failed === undefined ? [] : [failed]));
  return { stop: () => stopAll(running), failed: Promise.race(failures) };
}

function prepare(settings: EdgeSettings): Base {
  const bundle = readBundle(bundlePath(settings.dataDir));
  if (!bundle.ok) {
    const remedy =
      bundle.reject.code === 'bundle-missing'
        ? '; make a bundle with "pharos node add" and install it with "pharos-edge enroll <file>"'
        : '';
    throw new Misconfigured(`${bundle.reject.detail}${remedy}`);
  }
  const log = pino(
    { level: settings.logLevel, base: { node: bundle.value.nodeId } },
    pino.destination({ fd: 2, sync: true }),
  );
  return { settings, bundle: bundle.value, machine: createMachine({ clockOverride: settings.clock }), log };
}

function chooseRadio({ settings, machine }: Base, wanted: string | undefined) {
  const choice = selectRadio(wanted, {
    adapters: listAdapters(),
    airSocket: settings.airSocket,
    airLoaded: isAirLoaded(),
  });
  if (!choice.ok) throw new Misconfigured(choice.reject.detail);
  return createHciRadio(choice.value, { mono: machine.mono });
}

async function startRadio(
  { settings, bundle, machine, log }: Base,
  radio: ReturnType<typeof createHciRadio>,
  onCommitted: () => void,
): Promise<Daemon> {
  const db = openDatabase(databasePath(settings.dataDir));
  try {
    const daemon = await startRadioDaemon({
      bundle,
      radio,
      outbox: createOutbox(db, { maxBytes: OUTBOX_MAX_BYTES }),
      snapshots: createRadioSnapshots(db),
      machine,
      policy: { ...PRESENCE_POLICY, exitAfterMs: settings.exitAfterMs },
      healthEveryMs: settings.healthEveryMs,
      log,
      onCommitted,
    });
    return closingAfter(daemon, () => db.close());
  } catch (error) {
    db.close();
    throw error;
  }
}

function startUplink({ settings, bundle, machine, log }: Base): UplinkDaemon {
  const db = openDatabase(databasePath(settings.dataDir));
  const versions = { pharos: productVersion(), node: process.version };
  const daemon = startUplinkDaemon({
    outbox: createOutbox(db, { maxBytes: OUTBOX_MAX_BYTES }),
    snapshots: createRadioSnapshots(db),
    link: createMqttLink({
      bundle,
      birth: () => ({ v: 1, online: true, boot: machine.boot, at: machine.wall(), versions }),
      random: Math.random,
      url: settings.mqttUrl,
    }),
    machine,
    policy: FLIGHT_POLICY,
    healthEveryMs: settings.healthEveryMs,
    random: Math.random,
    log,
  });
  return { ...daemon, ...closingAfter(daemon, () => db.close()) };
}

const closingAfter = (daemon: Daemon, close: () => void): Daemon => ({
  ...daemon,
  async stop() {
    await daemon.stop();
    close();
  },
});

/** In order: the radio first, so that its last events find an uplink. */
async function stopAll(daemons: readonly Daemon[]): Promise<void> {
  for (const daemon of daemons) await daemon.stop();
}
