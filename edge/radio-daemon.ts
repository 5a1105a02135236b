import type { Logger } from 'pino';
import { parseHex } from '../protocol/bytes.ts';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import type { OnAir } from '../protocol/messages/status.ts';
import type { MonoMs } from '../protocol/units.ts';
import { type Advert, type AdvertIdentity, advertAt } from './core/advert-schedule.ts';
import { type EventDraft, lossDraft, presenceDraft } from './core/event-draft.ts';
import type { PresencePolicy } from './core/presence.ts';
import { createPresenceTable } from './core/presence-table.ts';
import { createSubjectOf } from './core/subject.ts';
import { RADIO_BEAT_MS, SIGHTING_QUEUE_MAX, TAG_TABLE_MAX, UNDURABLE_EVENTS_MAX } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import type { AdapterState, Radio, Sighting } from './radio/ports.ts';
import type { Outbox } from './store/outbox.ts';
import type { RadioSnapshots } from './store/radio-snapshot.ts';

export interface RadioDaemonParts {
  readonly bundle: NodeBundle;
  readonly radio: Radio;
  readonly outbox: Outbox;
  readonly snapshots: RadioSnapshots;
  readonly machine: Machine;
  readonly policy: PresencePolicy;
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
  const subjectOf = createSubjectOf(bundle);
  const table = createPresenceTable({ policy: parts.policy, maxTags: TAG_TABLE_MAX });
  const counters = { sightingsShed: 0, rssiAbsent: 0, commitFaults: 0 };
  let queue: Sighting[] = [];
  let undurable: EventDraft[] = [];
  let undurableShed = 0;
  let adapter: AdapterState = 'off';
  let lastAdvertMono: MonoMs | undefined;
  let advertsSeen = 0;
  let onAir: OnAir | undefined;
  let committing = true;
  let snapshotDue = 0;

  function beat(): void {
    const now = machine.moment();
    const heard = queue;
    queue = [];
    for (const { frame, rssi, at } of heard) {
      const subject = subjectOf(frame);
      if (subject === undefined) continue;
      if (rssi === undefined) counters.rssiAbsent += 1;
      else remember(table.sighting(subject, at, rssi).map((change) => presenceDraft(change, now)));
    }
    remember(table.tick(now.mono).map((change) => presenceDraft(change, now)));
    commit();
    noteAdverts(now.mono);
    if (now.mono >= snapshotDue) writeSnapshot();
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
      outbox.append(drafts, now);
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
    for (const draft of drafts) log.info({ type: draft.type, ...tagOf(draft) }, 'presence');
    parts.onCommitted?.();
  }

  /** Freshness is about adverts of any kind: an empty shop still hears phones, a deaf radio nothing at all. */
  function noteAdverts(now: MonoMs): void {
    const { adverts } = radio.scanner.counters();
    if (adverts !== advertsSeen) lastAdvertMono = now;
    advertsSeen = adverts;
  }

  function writeSnapshot(): void {
    const now = machine.moment();
    snapshotDue = now.mono + parts.healthEveryMs;
    try {
      snapshots.write({
        boot: machine.boot,
        writtenMono: now.mono,
        name: radio.name,
        state: adapter,
        ...(lastAdvertMono === undefined ? {} : { lastAdvertMono }),
        ...(onAir === undefined ? {} : { onAir }),
        counters: allCounters(),
      });
    } catch (error) {
      counters.commitFaults += 1;
      log.debug({ err: error }, 'the radio snapshot cannot be stored');
    }
  }

  function allCounters(): Record<string, number> {
    const { adverts, scanRestarts, rejects } = radio.scanner.counters();
    const { confirmed, refused, rearmed } = radio.advertiser.counters();
    const { followed, present, refused: tagsRefused } = table.counts();
    return {
      ...counters,
      adverts,
      scanRestarts,
      framesRejected: Object.values(rejects).reduce((sum, count) => sum + count, 0),
      advertsConfirmed: confirmed,
      advertsRefused: refused,
      advertiserRearmed: rearmed,
      tagsFollowed: followed,
      tagsPresent: present,
      tagsRefused,
    };
  }

  function onConfirmed(advert: Advert): void {
    if (advert.kind !== 'line' || onAir?.dm === advert.dm) return;
    const { hwid, dm, dmMode } = advert;
    const first = onAir === undefined;
    onAir = { hwid, dm, dmMode, sinceMs: machine.wall() };
    snapshotDue = 0;
    log.info({ radio: radio.name, hwid, dm, dmMode }, first ? 'on air' : 'device message changed');
  }

  function onSilent(why: string): void {
    if (onAir !== undefined) log.warn({ radio: radio.name, why }, 'off air');
    else log.warn({ radio: radio.name, why }, 'not on air');
    onAir = undefined;
    snapshotDue = 0;
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

  const identity = identityOf(bundle);
  const nextAdvert = (): Advert =>
    advertAt(identity, { mono: machine.mono(), wall: machine.wall(), state: machine.clockState() });

  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  await radio.scanner.start({ onSighting, onState });
  // Opens when the adapter is up, which may be much later; until then the node waits for it.
  radio.advertiser
    .start({ nextAdvert, onConfirmed, onSilent })
    .catch((error: unknown) => fail(error instanceof Error ? error : new Error(String(error))));
  const timer = setInterval(beat, RADIO_BEAT_MS);

  return {
    failed,
    async stop() {
      clearInterval(timer);
      await radio.advertiser.stop();
      await radio.scanner.stop();
      beat();
      onAir = undefined;
      adapter = 'off';
      writeSnapshot();
    },
  };
}

function identityOf(bundle: NodeBundle): AdvertIdentity {
  const dmKey = parseHex(bundle.dmKey);
  const { hwid, nodeIndex, slotSeconds, ibeacon } = bundle;
  return { hwid, nodeIndex, slotSeconds, ibeacon, ...(dmKey === undefined ? {} : { dmKey }) };
}

/** A tag's numbers are the shop's own; no radio address is known here. */
const tagOf = (draft: EventDraft): object =>
  'subject' in draft ? { major: draft.subject.major, minor: draft.subject.minor, reason: draft.reason } : {};
