import type { Logger } from 'pino';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import type { MonoMs } from '../protocol/units.ts';
import { createBroadcast } from './broadcast.ts';
import type { BroadcastPlan } from './core/broadcast-plan.ts';
import { createIsNeighbour } from './core/neighbour.ts';
import type { PresencePolicy } from './core/presence.ts';
import { RADIO_BEAT_MS } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import { createJournal } from './journal.ts';
import type { AdapterState, Radio } from './radio/ports.ts';
import { startRecovery } from './radio-recovery.ts';
import { createSensing } from './sensing.ts';
import type { Outbox } from './store/outbox.ts';
import type { PresenceSnapshots } from './store/presence-snapshot.ts';
import type { RadioSnapshots } from './store/radio-snapshot.ts';
import type { SecureSteps } from './store/secure-counter.ts';

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
  readonly log: Logger;
  /** Called after events were committed; the uplink of the same process looks at once. */
  readonly onCommitted?: () => void;
}

export interface Daemon {
  stop(): Promise<void>;
  /** Resolves when the daemon cannot go on; whoever started it stops it and starts a new process. */
  readonly failed?: Promise<Error>;
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
  const soon = (): void => {
    snapshotDue = 0;
  };
  const broadcast = createBroadcast({ ...parts, radioName: radio.name, onChange: soon });

  function beat(): void {
    const now = machine.moment();
    const heard = sensing.takeHeard();
    for (const { frame, at } of heard) broadcast.heard(frame, at);
    journal.remember(sensing.step(heard, now));
    journal.commit();
    // Freshness is about adverts of any kind: an empty shop still hears phones, a deaf radio nothing at all.
    const { adverts } = radio.scanner.counters();
    if (adverts !== advertsSeen) {
      lastAdvertMono = now.mono;
      advertsSeen = adverts;
      recovery.heard(heard.some(({ frame }) => isNeighbour(frame)));
    }
    if (now.mono >= snapshotDue) writeSnapshot();
  }

  function writeSnapshot(): void {
    const now = machine.moment();
    snapshotDue = now.mono + parts.healthEveryMs;
    sensing.nameRefusals();
    try {
      snapshots.write({
        boot: machine.boot,
        writtenMono: now.mono,
        name: radio.name,
        state: adapter,
        ...(lastAdvertMono === undefined ? {} : { lastAdvertMono }),
        ...broadcast.told(now.mono),
        ...recovery.told(),
        counters: allCounters(),
      });
      // Not while an event is undurable: the snapshot would know of an enter that was never told.
      if (journal.settled()) sensing.keep(now);
    } catch (error) {
      snapshotFaults += 1;
      log.debug({ err: error }, 'the radio snapshot cannot be stored');
    }
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
