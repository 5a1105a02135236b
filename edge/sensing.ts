import type { Logger } from 'pino';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import type { TagSubject } from '../protocol/messages/common.ts';
import { type EventDraft, type Moment, presenceDraft } from './core/event-draft.ts';
import { createFootfall, footfallDraft } from './core/footfall.ts';
import type { PresencePolicy } from './core/presence.ts';
import { restorePresence, snapshotPresence } from './core/presence-snapshot.ts';
import { createPresenceTable, PRESENCE_REFUSALS } from './core/presence-table.ts';
import { createIsStranger, createSubjectOf } from './core/subject.ts';
import {
  ADMISSION_POLICY,
  FOOTFALL_POLICY,
  PRESENCE_SNAPSHOT_MAX_AGE_MS,
  SIGHTING_QUEUE_MAX,
  TAG_TABLE_MAX,
} from './core/thresholds.ts';

import type { ScannerHandlers, Sighting } from './radio/ports.ts';
import type { PresenceSnapshots } from './store/presence-snapshot.ts';

/** From what the scanner hears to what is worth telling. */
export interface Sensing {
  /** For the scanner; they only enqueue and count. */
  readonly handlers: Pick<ScannerHandlers, 'onSighting' | 'onAdvert'>;
  /** Everything heard since the last call, for whoever else listens. */
  takeHeard(): readonly Sighting[];
  /** What `heard` and the passing of time have brought about. */
  step(heard: readonly Sighting[], now: Moment): readonly EventDraft[];
  /** Carries on from the presence a former process left; what that cannot vouch for becomes exits. */
  resume(now: Moment): readonly EventDraft[];
  /** Keeps who is present, for the process after this one. */
  keep(now: Moment): void;
  /** From now on: how near is near, and whether passers-by are counted. A count begun is given up. */
  reconfigure(how: SensingConfig): void;
  /** Forgets tags and tells nobody; returns how many were followed. */
  forget(subjects: readonly TagSubject[]): number;
  /** Names, since the last call, why tags were refused; the tags themselves are not named. */
  nameRefusals(): void;
  counters(): Readonly<Record<string, number>>;
}

export interface SensingConfig {
  readonly policy: PresencePolicy;
  /** Whether passers-by are counted. */
  readonly footfall: boolean;
}

export interface SensingParts extends SensingConfig {
  readonly bundle: NodeBundle;
  readonly presenceSnapshots: PresenceSnapshots;
  readonly log: Logger;
}

export function createSensing(parts: SensingParts): Sensing {
  const { presenceSnapshots, log } = parts;
  const subjectOf = createSubjectOf(parts.bundle);
  const isStranger = createIsStranger(parts.bundle);
  const table = createPresenceTable({ policy: parts.policy, maxTags: TAG_TABLE_MAX, admission: ADMISSION_POLICY });
  let footfall = parts.footfall ? createFootfall(FOOTFALL_POLICY) : undefined;
  const counters = { sightingsShed: 0, rssiAbsent: 0 };
  let queue: Sighting[] = [];
  let refusedTold = table.counts().refused;

  return {
    handlers: {
      onSighting(sighting) {
        if (queue.length >= SIGHTING_QUEUE_MAX) counters.sightingsShed += 1;
        else queue.push(sighting);
      },
      // Asked for even where nobody counts yet: a scanner is started once.
      onAdvert: ({ advertiser, frame, rssi }) => footfall?.heard(isStranger(frame) ? advertiser : undefined, rssi),
    },

    takeHeard() {
      const heard = queue;
      queue = [];
      return heard;
    },

    step(heard, now) {
      const drafts: EventDraft[] = [];
      for (const { frame, rssi, at, advertiser } of heard) {
        const subject = subjectOf(frame);
        if (subject === undefined) continue;
        if (rssi === undefined) counters.rssiAbsent += 1;
        else drafts.push(...table.sighting(subject, at, rssi, advertiser).map((change) => presenceDraft(change, now)));
      }
      drafts.push(...table.tick(now.mono).map((change) => presenceDraft(change, now)));
      const counted = footfall?.tick(now.mono);
      if (counted !== undefined) drafts.push(footfallDraft(counted, now));
      return drafts;
    },

    resume(now) {
      const snapshot = presenceSnapshots.read();
      if (snapshot === undefined) return [];
      const { resumed, exits } = restorePresence(snapshot, now, { maxAgeMs: PRESENCE_SNAPSHOT_MAX_AGE_MS });
      table.resume(resumed);
      log.info({ resumed: resumed.length, exits: exits.length }, 'presence resumed');
      return exits.map((change) => presenceDraft(change, now));
    },

    keep: (now) => presenceSnapshots.write(snapshotPresence(table.present(), now)),

    reconfigure(how) {
      table.setPolicy(how.policy);
      if (how.footfall) footfall ??= createFootfall(FOOTFALL_POLICY);
      else footfall = undefined;
    },

    forget: (subjects) => subjects.filter((subject) => table.forget(subject)).length,

    nameRefusals() {
      const { refused } = table.counts();
      for (const why of PRESENCE_REFUSALS) {
        const sightings = refused[why] - refusedTold[why];
        if (sightings > 0) log.warn({ why, sightings }, 'tags refused');
      }
      refusedTold = refused;
    },

    counters() {
      const { followed, present, refused } = table.counts();
      return {
        ...counters,
        tagsFollowed: followed,
        tagsPresent: present,
        tagsRefusedTableFull: refused['table-full'],
        tagsRefusedAdvertiserFlood: refused['advertiser-flood'],
        tagsRefusedUuidFlood: refused['uuid-flood'],
        footfallOverflow: footfall?.overflow() ?? 0,
      };
    },
  };
}
