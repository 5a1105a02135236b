import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import { type BroadcastPlan, planBroadcast } from './core/broadcast-plan.ts';
import { presencePolicyOf } from './core/presence.ts';
import { FLIGHT_POLICY, OUTBOX_MAX_BYTES, PRESENCE_POLICY } from './core/thresholds.ts';
import { createMachine, type Machine } from './host/machine.ts';
import { productVersion } from './host/version.ts';
import { createMqttLink } from './link/mqtt-link.ts';
import { awaitRadio, mayAppear } from './radio/await-radio.ts';
import { createHciRadio } from './radio/hci-radio.ts';
import { isAirLoaded } from './radio/libraries.ts';
import { openManagement } from './radio/management.ts';
import { type Radio, RadioUnavailable } from './radio/ports.ts';
import { listAdapters } from './radio/select-radio.ts';
import { type Daemon, startRadioDaemon } from './radio-daemon.ts';
import type { EdgeSettings } from './settings.ts';
import { loadProfile } from './store/broadcast-profile-file.ts';
import { bundlePath, readBundle } from './store/bundle-file.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox } from './store/outbox.ts';
import { createPresenceSnapshots } from './store/presence-snapshot.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';
import { createSecureSteps } from './store/secure-counter.ts';
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
  isStopping: () => boolean = () => false,
): Promise<Required<Daemon>> {
  const base = prepare(settings);
  const plan = roles.includes('radio') ? choosePlan(base) : undefined;
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
  const running: Daemon[] = [];
  let uplink: UplinkDaemon | undefined;
  if (roles.includes('uplink')) {
    uplink = startUplink(base);
    running.unshift(uplink);
  }
  try {
    // The uplink runs by now: a node that waits for its adapter can say so.
    if (plan !== undefined) {
      const radio = await chooseRadio(base, wantedRadio, plan, isStopping);
      running.unshift(await startRadio(base, { plan, radio }, () => uplink?.nudge()));
    }
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

function choosePlan({ settings, bundle }: Base): BroadcastPlan {
  const loaded = loadProfile(settings.profile);
  if (!loaded.ok) throw new Misconfigured(loaded.reject.detail);
  const plan = planBroadcast(loaded.value.name, loaded.value.profile, bundle);
  if (!plan.ok) throw new Misconfigured(plan.reject.detail);
  return plan.value;
}

async function chooseRadio(
  { settings, machine, log }: Base,
  wanted: string | undefined,
  { intervalUnits }: BroadcastPlan,
  isStopping: () => boolean,
): Promise<Radio> {
  const airLoaded = isAirLoaded();
  const management = airLoaded ? undefined : openManagement();
  const choice = await awaitRadio(wanted, {
    surroundings: () => ({ adapters: listAdapters(), airSocket: settings.airSocket, airLoaded }),
    management,
    isGivenUp: isStopping,
    onWait: (why) => log.warn({ why }, 'waiting for the adapter'),
  });
  if (choice.ok) return createHciRadio(choice.value, { mono: machine.mono, management, intervalUnits });
  management?.close();
  const { code, detail } = choice.reject;
  throw mayAppear(code) ? new RadioUnavailable(detail) : new Misconfigured(detail);
}

async function startRadio(
  { settings, bundle, machine, log }: Base,
  { plan, radio }: { readonly plan: BroadcastPlan; readonly radio: Radio },
  onCommitted: () => void,
): Promise<Daemon> {
  const db = openDatabase(databasePath(settings.dataDir));
  const isSecure = plan.cycle.some(({ kind }) => kind === 'line-secure');
  try {
    const daemon = await startRadioDaemon({
      bundle,
      plan,
      ...(isSecure ? { secureSteps: createSecureSteps(db, { hwid: bundle.hwid, mono: machine.mono }) } : {}),
      radio,
      outbox: createOutbox(db, { maxBytes: OUTBOX_MAX_BYTES }),
      snapshots: createRadioSnapshots(db),
      presenceSnapshots: createPresenceSnapshots(db),
      machine,
      policy: presencePolicyOf(PRESENCE_POLICY, {
        enterDbm: settings.enterDbm ?? bundle.enterDbm,
        exitAfterMs: settings.exitAfterMs,
      }),
      footfall: settings.footfall,
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
