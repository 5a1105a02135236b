import type { Logger } from 'pino';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import type { MonoMs } from '../protocol/units.ts';
import { createBroadcast } from './broadcast.ts';
import type { BroadcastPlan } from './core/broadcast-plan.ts';
import { type EventDraft, lossDraft, presenceDraft } from './core/event-draft.ts';
import { createFootfall, footfallDraft } from './core/footfall.ts';
import { createIsNeighbour } from './core/neighbour.ts';
import type { PresencePolicy } from './core/presence.ts';
import { restorePresence, snapshotPresence } from './core/presence-snapshot.ts';
import { createPresenceTable, PRESENCE_REFUSALS } from './core/presence-table.ts';
import { createIsStranger, createSubjectOf } from './core/subject.ts';
import {
  ADMISSION_POLICY,
  FOOTFALL_POLICY,
  PRESENCE_SNAPSHOT_MAX_AGE_MS,
  RADIO_BEAT_MS,
  SIGHTING_QUEUE_MAX,
  TAG_TABLE_MAX,
  UNDURABLE_EVENTS_MAX,
} from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import type { AdapterState, HeardAdvert, Radio, Sighting } from './radio/ports.ts';
import { startRecovery } from './radio-recovery.ts';
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
  const { bundle, radio, outbox, snapshots, presenceSnapshots, machine, log } = parts;
  const subjectOf = createSubjectOf(bundle);
  const isStranger = createIsStranger(bundle);
  const isNeighbour = createIsNeighbour(bundle);
  const table = createPresenceTable({ policy: parts.policy, maxTags: TAG_TABLE_MAX, admission: ADMISSION_POLICY });
  const footfall = parts.footfall ? createFootfall(FOOTFALL_POLICY) : undefined;
  const counters = { sightingsShed: 0, rssiAbsent: 0, commitFaults: 0 };
  let queue: Sighting[] = [];
  let undurable: EventDraft[] = [];
  let undurableShed = 0;
  let refusedTold = table.counts().refused;
  let adapter: AdapterState = 'off';
  let lastAdvertMono: MonoMs | undefined;
  let advertsSeen = 0;
  let committing = true;
  let snapshotDue = 0;
  const broadcast = createBroadcast({
    ...parts,
    radioName: radio.name,
    onChange: () => {
      snapshotDue = 0;
    },
  });

  function beat(): void {
    const now = machine.moment();
    const heard = queue;
    queue = [];
    for (const sighting of heard) {
      const { frame, rssi, at } = sighting;
      broadcast.heard(frame, at);
      const subject = subjectOf(frame);
      if (subject === undefined) continue;
      if (rssi === undefined) counters.rssiAbsent += 1;
      else remember(table.sighting(subject, at, rssi, sighting.advertiser).map((change) => presenceDraft(change, now)));
    }
    remember(table.tick(now.mono).map((change) => presenceDraft(change, now)));
    const counted = footfall?.tick(now.mono);
    if (counted !== undefined) remember([footfallDraft(counted, now)]);
    commit();
    noteAdverts(now.mono, heard);
    if (now.mono >= snapshotDue) writeSnapshot();
  }

  /** A restart of this program is no reason to tell anyone that people came or left. */
  function resumePresence(): void {
    const snapshot = presenceSnapshots.read();
    if (snapshot === undefined) return;
    const now = machine.moment();
    const { resumed, exits } = restorePresence(snapshot, now, { maxAgeMs: PRESENCE_SNAPSHOT_MAX_AGE_MS });
    table.resume(resumed);
    remember(exits.map((change) => presenceDraft(change, now)));
    log.info({ resumed: resumed.length, exits: exits.length }, 'presence resumed');
  }

  function remember(drafts: readonly EventDraft[]): void {
    undurable.push(...drafts);
    const excess = undurable.length - UNDURABLE_EVENTS_MAX;
    if (excess <= 0) return;
    undurable = undurable.slice(excess);
    undurableShed += excess;
  }

  /** Events stay in memory until a commit succeeded; a failed one is repeated on the next beat. */
  function commit(): void {
    if (undurable.length === 0) return;
    const now = machine.moment();
    const holes =
      undurableShed > 0 ? [lossDraft(undurableShed, 'the disk took no events and memory was full', now)] : [];
    const drafts = [...holes, ...undurable];
    try {
      outbox.append(drafts, now, () => presenceSnapshots.write(snapshotPresence(table.present(), now)));
    } catch (error) {
      counters.commitFaults += 1;
      if (committing) log.error({ err: error }, 'events cannot be stored; check the disk');
      committing = false;
      return;
    }
    if (!committing) log.info('events are stored again');
    committing = true;
    undurable = [];
    undurableShed = 0;
    for (const draft of drafts) log.info({ type: draft.type, ...tellable(draft) }, 'presence');
    parts.onCommitted?.();
  }

  /** Freshness is about adverts of any kind: an empty shop still hears phones, a deaf radio nothing at all. */
  function noteAdverts(now: MonoMs, heard: readonly Sighting[]): void {
    const { adverts } = radio.scanner.counters();
    if (adverts === advertsSeen) return;
    lastAdvertMono = now;
    advertsSeen = adverts;
    recovery.heard(heard.some(({ frame }) => isNeighbour(frame)));
  }

  function writeSnapshot(): void {
    const now = machine.moment();
    snapshotDue = now.mono + parts.healthEveryMs;
    nameRefusals();
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
      if (undurable.length === 0) presenceSnapshots.write(snapshotPresence(table.present(), now));
    } catch (error) {
      counters.commitFaults += 1;
      log.debug({ err: error }, 'the radio snapshot cannot be stored');
    }
  }

  /** A flood is named once a health interval while it lasts; its tags are not. */
  function nameRefusals(): void {
    const { refused } = table.counts();
    for (const why of PRESENCE_REFUSALS) {
      const sightings = refused[why] - refusedTold[why];
      if (sightings > 0) log.warn({ why, sightings }, 'tags refused');
    }
    refusedTold = refused;
  }

  function allCounters(): Record<string, number> {
    const { adverts, scanRestarts, rejects } = radio.scanner.counters();
    const { confirmed, refused, rearmed } = radio.advertiser.counters();
    const { followed, present, refused: tagsRefused } = table.counts();
    return {
      ...counters,
      ...broadcast.counters(),
      ...recovery.counters(),
      adverts,
      scanRestarts,
      framesRejected: Object.values(rejects).reduce((sum, count) => sum + count, 0),
      advertsConfirmed: confirmed,
      advertsRefused: refused,
      advertiserRearmed: rearmed,
      tagsFollowed: followed,
      tagsPresent: present,
      tagsRefusedTableFull: tagsRefused['table-full'],
      tagsRefusedAdvertiserFlood: tagsRefused['advertiser-flood'],
      tagsRefusedUuidFlood: tagsRefused['uuid-flood'],
      footfallOverflow: footfall?.overflow() ?? 0,
    };
  }

  function onState(state: AdapterState): void {
    if (state !== adapter) log.info({ radio: radio.name, state }, 'adapter');
    adapter = state;
    snapshotDue = 0;
  }

  function onSighting(sighting: Sighting): void {
    if (queue.length >= SIGHTING_QUEUE_MAX) counters.sightingsShed += 1;
    else queue.push(sighting);
  }

  function onAdvert({ advertiser, frame, rssi }: HeardAdvert): void {
    footfall?.heard(isStranger(frame) ? advertiser : undefined, rssi);
  }

  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const recovery = startRecovery({
    radio,
    machine,
    log,
    previous: snapshots.read(),
    onChange: writeSnapshot,
    fail,
  });
  resumePresence();
  try {
    await radio.scanner.start({ onSighting, onState, ...(footfall === undefined ? {} : { onAdvert }) });
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

/** A tag's numbers are the shop's own; no radio address is known here. */
function tellable(draft: EventDraft): object {
  if ('subject' in draft) return { major: draft.subject.major, minor: draft.subject.minor, reason: draft.reason };
  return draft.type === 'footfall' ? { count: draft.count } : {};
}
