import type { Logger } from 'pino';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import type { MonoMs } from '../protocol/units.ts';
import { createSwitchableBroadcast } from './broadcast-switch.ts';
import type { BroadcastPlan } from './core/broadcast-plan.ts';
import type { Moment } from './core/event-draft.ts';
import { createIsNeighbour } from './core/neighbour.ts';
import type { PresencePolicy } from './core/presence.ts';
import { RADIO_BEAT_MS, TRIAL_TOLD_MS } from './core/thresholds.ts';
import type { RadioVitals, Vitals } from './core/watchdog.ts';
import { Decommissioned } from './decommission.ts';
import { createFaultLog } from './fault-log.ts';
import type { Machine } from './host/machine.ts';
import { productVersion } from './host/version.ts';
import { createJournal } from './journal.ts';
import type { AdapterState, Radio } from './radio/ports.ts';
import { aboutOneOf, type RadioDesk, type RadioNews, RestartAsked } from './radio-config.ts';
import { startRecovery } from './radio-recovery.ts';
import { createSensing } from './sensing.ts';
import type { Outbox } from './store/outbox.ts';
import type { PresenceSnapshots } from './store/presence-snapshot.ts';
import type { RadioSnapshots } from './store/radio-snapshot.ts';
import type { SecureSteps } from './store/secure-counter.ts';

const VERSION = productVersion();

type Erasure = Extract<RadioNews['requests'][number], { kind: 'erase' }>;

export interface RadioDaemonParts {
  readonly bundle: NodeBundle;
  readonly plan: BroadcastPlan;
  /** The counter of the plan's secure frame, if it has one; the daemon closes it. */
  readonly secureSteps?: SecureSteps | undefined;
  readonly radio: Radio;
  readonly outbox: Outbox;
  readonly snapshots: RadioSnapshots;
  readonly presenceSnapshots: PresenceSnapshots;
  readonly machine: Machine;
  readonly policy: PresencePolicy;
  /** Whether passers-by are counted. */
  readonly footfall: boolean;
  readonly healthEveryMs: number;
  /** What is wanted of the radio while it runs; absent: nothing ever is. */
  readonly desk?: RadioDesk;
  readonly log: Logger;
  /** Called after events were committed; the uplink of the same process looks at once. */
  readonly onCommitted?: () => void;
}

export interface Daemon {
  stop(): Promise<void>;
  /** Resolves when the daemon cannot go on; whoever started it stops it and starts a new process. */
  readonly failed?: Promise<Error>;
  /** What a watchdog judges it by. */
  readonly vitals?: () => Vitals;
}

/**
 * The radio of a node. Radio callbacks only enqueue; one beat drains the queue:
 *
 *   advert → frame → sighting → presence step → event rows, one synced transaction a beat
 *
 * Resolves once the adapter is open. Rejects with `RadioUnavailable` when it cannot be.
 */
export async function startRadioDaemon(parts: RadioDaemonParts): Promise<Daemon> {
  const { bundle, radio, outbox, snapshots, machine, log } = parts;
  const isNeighbour = createIsNeighbour(bundle);
  const sensing = createSensing(parts);
  const journal = createJournal({
    outbox,
    machine,
    log,
    alongside: () => sensing.keep(machine.moment()),
    onCommitted: parts.onCommitted,
  });
  let adapter: AdapterState = 'off';
  let lastAdvertMono: MonoMs | undefined;
  let advertsSeen = 0;
  let snapshotFaults = 0;
  let snapshotDue = 0;
  const deskFaults = createFaultLog(log, machine.mono);
  let { healthEveryMs } = parts;
  let onTrial = parts.desk?.first.onTrial ?? false;
  let config = parts.desk && { version: parts.desk.first.version, sinceMono: machine.mono() };
  let beatMono = machine.mono();
  let undurableSinceMono: MonoMs | undefined;
  const soon = (): void => {
    snapshotDue = 0;
  };
  const broadcast = createSwitchableBroadcast({ ...parts, radioName: radio.name, onChange: soon });

  function beat(): void {
    const now = machine.moment();
    const heard = sensing.takeHeard();
    for (const { frame, at } of heard) broadcast.heard(frame, at);
    journal.remember(sensing.step(heard, now));
    journal.commit();
    beatMono = now.mono;
    undurableSinceMono = journal.settled() ? undefined : (undurableSinceMono ?? now.mono);
    // Freshness is about adverts of any kind: an empty shop still hears phones, a deaf radio nothing at all.
    const { adverts } = radio.scanner.counters();
    if (adverts !== advertsSeen) {
      lastAdvertMono = now.mono;
      advertsSeen = adverts;
      recovery.heard(heard.some(({ frame }) => isNeighbour(frame)));
    }
    attend(now);
    if (now.mono >= snapshotDue) writeSnapshot();
  }

  /** Does what the uplink asks for; a fault of the disk is met at the next look. */
  function attend(now: Moment): void {
    const { desk } = parts;
    if (desk === undefined) return;
    try {
      const news = desk.look(now.mono);
      if (news?.config !== undefined) takeUp(news.config, now, desk);
      for (const request of news?.requests ?? []) meet(request, now, desk);
    } catch (error) {
      deskFaults.note(error, 'the configuration cannot be read; check the disk');
    }
  }

  function takeUp(next: NonNullable<RadioNews['config']>, now: Moment, { secureStepsOf }: RadioDesk): void {
    const { version, plan, logLevel } = next;
    log.level = logLevel;
    log.info({ version, ...(plan && { profile: plan.profile }) }, 'configuration taken up');
    sensing.reconfigure(next);
    healthEveryMs = next.healthEveryMs;
    onTrial = next.onTrial;
    if (version !== config?.version) config = { version, sinceMono: now.mono };
    if (plan !== undefined) {
      broadcast.switchTo(plan, () => secureStepsOf(plan));
      radio.advertiser.setInterval?.(plan.intervalUnits);
    }
    soon();
  }

  function meet(request: RadioNews['requests'][number], now: Moment, desk: RadioDesk): void {
    switch (request.kind) {
      case 'restart':
        fail(new RestartAsked(bundle.nodeId));
        break;
      case 'wipe':
        fail(new Decommissioned(bundle.nodeId));
        break;
      case 'erase':
        forget(request, now, desk);
        break;
    }
  }

  function forget(request: Erasure, now: Moment, desk: RadioDesk): void {
    const count = sensing.forget(request.subjects) + journal.forget(aboutOneOf(request));
    // Before it is confirmed, so that no snapshot brings them back after the next start.
    if (journal.settled()) sensing.keep(now);
    desk.answer(request.id, count);
  }

  function writeSnapshot(): void {
    const now = machine.moment();
    snapshotDue = now.mono + (onTrial ? TRIAL_TOLD_MS : healthEveryMs);
    sensing.nameRefusals();
    try {
      snapshots.write({
        boot: machine.boot,
        writtenMono: now.mono,
        version: VERSION,
        name: radio.name,
        state: adapter,
        ...(lastAdvertMono === undefined ? {} : { lastAdvertMono }),
        ...broadcast.told(now.mono),
        ...recovery.told(),
        ...(config && { config }),
        everyMs: healthEveryMs,
        counters: allCounters(),
      });
      // Not while an event is undurable: the snapshot would know of an enter that was never told.
      if (journal.settled()) sensing.keep(now);
    } catch (error) {
      snapshotFaults += 1;
      log.debug({ err: error }, 'the radio snapshot cannot be stored');
    }
  }

  function vitals(): RadioVitals {
    const { onAir, silentUntilMs } = broadcast.told(machine.mono());
    return { role: 'radio', name: radio.name, beatMono, adapter, onAir, silentUntilMs, undurableSinceMono };
  }

  function allCounters(): Record<string, number> {
    const { adverts, scanRestarts, rejects } = radio.scanner.counters();
    const { confirmed, refused, rearmed } = radio.advertiser.counters();
    return {
      ...sensing.counters(),
      ...broadcast.counters(),
      ...recovery.counters(),
      commitFaults: journal.counters().commitFaults + snapshotFaults,
      adverts,
      scanRestarts,
      framesRejected: Object.values(rejects).reduce((sum, count) => sum + count, 0),
      advertsConfirmed: confirmed,
      advertsRefused: refused,
      advertiserRearmed: rearmed,
    };
  }

  function onState(state: AdapterState): void {
    if (state !== adapter) log.info({ radio: radio.name, state }, 'adapter');
    adapter = state;
    soon();
  }

  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const previous = snapshots.read();
  const recovery = startRecovery({ radio, machine, log, previous, onChange: writeSnapshot, fail });
  // A restart of this program is no reason to tell anyone that people came or left.
  journal.remember(sensing.resume(machine.moment()));
  try {
    await radio.scanner.start({ ...sensing.handlers, onState });
  } catch (error) {
    recovery.stop();
    throw error;
  }
  // Opens when the adapter is up, which may be much later; until then the node waits for it.
  radio.advertiser
    .start(broadcast)
    .catch((error: unknown) => fail(error instanceof Error ? error : new Error(String(error))));
  const timer = setInterval(beat, RADIO_BEAT_MS);

  return {
    failed,
    vitals,
    async stop() {
      clearInterval(timer);
      recovery.stop();
      await radio.advertiser.stop();
      await radio.scanner.stop();
      beat();
      broadcast.close();
      adapter = 'off';
      writeSnapshot();
    },
  };
}
