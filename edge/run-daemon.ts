import { mkdirSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import { type BroadcastPlan, planBroadcast } from './core/broadcast-plan.ts';
import { createMachine, type Machine } from './host/machine.ts';
import { openRadioDesk } from './node-shadow.ts';
import { storePaths, storeTold } from './node-store.ts';
import { startNodeUplink } from './node-uplink.ts';
import { awaitRadio, mayAppear } from './radio/await-radio.ts';
import { createHciRadio } from './radio/hci-radio.ts';
import { isAirLoaded } from './radio/libraries.ts';
import { openManagement } from './radio/management.ts';
import { type Radio, RadioUnavailable } from './radio/ports.ts';
import { listAdapters } from './radio/select-radio.ts';
import { type Daemon, startRadioDaemon } from './radio-daemon.ts';
import type { EdgeSettings } from './settings.ts';
import { openBeside } from './store/beside.ts';
import { loadProfile } from './store/broadcast-profile-file.ts';
import { readBundle } from './store/bundle-file.ts';
import { openWriterStore } from './store/writer-store.ts';
import type { UplinkDaemon } from './uplink-daemon.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** The node is not set up to run; `message` says what is missing and what to do. Exit code 78. */
export class Misconfigured extends Error {
  override readonly name = 'Misconfigured';
}

export { databasePath } from './node-store.ts';

interface Base {
  readonly settings: EdgeSettings;
  readonly bundle: NodeBundle;
  readonly machine: Machine;
  readonly log: Logger;
}

export type Role = 'radio' | 'uplink';

/**
 *   adapter ─▶ radio daemon ─▶ writer store ─▶ edge.sqlite (or its stand-in in memory) ─▶ reader store ─▶ uplink daemon ─▶ broker
 *                   ▲  desk ◀─ desired, requests ─ beside ◀────────── shadow, commands ────────── remote control ◀──┘
 *
 * Starts the daemons of `roles` in this process: one each under systemd, both for a laptop. Radio and uplink keep a
 * database connection each even here, so that what works in one process works in two. Rejects with
 * {@link Misconfigured} or `RadioUnavailable`; nothing runs then.
 */
export async function startNode(
  settings: EdgeSettings,
  roles: readonly Role[],
  wantedRadio: string | undefined,
  isStopping: () => boolean = () => false,
): Promise<Required<Pick<Daemon, 'stop' | 'failed'>>> {
  const base = prepare(settings);
  const plan = roles.includes('radio') ? choosePlan(base) : undefined;
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
  const running: Daemon[] = [];
  const watchdog = startWatchdog({ mono: base.machine.mono, log: base.log });
  let uplink: UplinkDaemon | undefined;
  if (roles.includes('uplink')) {
    uplink = startNodeUplink(base);
    running.unshift(uplink);
  }
  try {
    // The uplink runs by now: a node that waits for its adapter can say so.
    if (plan !== undefined) {
      const choose = (chosen: BroadcastPlan) => chooseRadio(base, wantedRadio, chosen, { isStopping, watchdog });
      running.unshift(await startRadio(base, { plan, choose }, () => uplink?.nudge()));
    }
  } catch (error) {
    watchdog.stop();
    await stopAll(running);
    throw error;
  }
  watchdog.watch(running);
  const failures = running.flatMap(({ failed }) => (failed === undefined ? [] : [failed]));
  const stop = (): Promise<void> => {
    watchdog.stop();
    return stopAll(running);
  };
  return { stop, failed: Promise.race(failures) };
}

function prepare(settings: EdgeSettings): Base {
  const bundle = readBundle(settings.bundleFile);
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
  { isStopping, watchdog }: { readonly isStopping: () => boolean; readonly watchdog: Watchdog },
): Promise<Radio> {
  const airLoaded = isAirLoaded();
  const management = airLoaded ? undefined : openManagement();
  const choice = await awaitRadio(wanted, {
    surroundings: () => ({ adapters: listAdapters(), airSocket: settings.airSocket, airLoaded }),
    management,
    isGivenUp: isStopping,
    onWait(why) {
      log.warn({ why }, 'waiting for the adapter');
      watchdog.waiting(`waiting for the adapter: ${why}`);
    },
  });
  if (choice.ok) return createHciRadio(choice.value, { mono: machine.mono, management, intervalUnits });
  management?.close();
  const { code, detail } = choice.reject;
  throw mayAppear(code) ? new RadioUnavailable(detail) : new Misconfigured(detail);
}

async function startRadio(
  base: Base,
  parts: { readonly plan: BroadcastPlan; readonly choose: (plan: BroadcastPlan) => Promise<Radio> },
  onCommitted: () => void,
): Promise<Daemon> {
  const { settings, bundle, machine, log } = base;
  // First: a broken file is replaced before anybody else opens it.
  const store = openWriterStore({
    ...storePaths(settings),
    nodeId: bundle.nodeId,
    mono: machine.mono,
    ...storeTold(log),
  });
  const beside = openBeside({ ...storePaths(settings), nodeId: bundle.nodeId, role: 'radio', mono: machine.mono });
  const close = (): void => {
    beside.close();
    store.close();
  };
  try {
    const desk = openRadioDesk(beside, base);
    const wanted = desk.firstPlan();
    if (!wanted.ok) log.error({ reason: wanted.reject }, 'the profile wanted of this node cannot be used; its own is');
    const plan = wanted.ok ? wanted.value : parts.plan;
    const { policy, footfall, healthEveryMs } = desk.first;
    const daemon = await startRadioDaemon({
      bundle,
      plan,
      secureSteps: desk.secureStepsOf(plan),
      radio: await parts.choose(plan),
      outbox: store.outbox,
      snapshots: store.snapshots,
      presenceSnapshots: store.presenceSnapshots,
      machine,
      policy,
      footfall,
      healthEveryMs,
      desk,
      log,
      onCommitted,
    });
    return closingAfter(daemon, close);
  } catch (error) {
    close();
    throw error;
  }
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
