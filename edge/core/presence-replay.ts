import type { TagSubject } from '../../protocol/messages/common.ts';
import { type MonoMs, monoMs, type RssiDbm } from '../../protocol/units.ts';
import type { AdvertiserToken } from './advertiser-token.ts';
import type { PresencePolicy } from './presence.ts';
import { createPresenceTable, type SubjectTransition } from './presence-table.ts';
import { ADMISSION_POLICY, RADIO_BEAT_MS, TAG_TABLE_MAX } from './thresholds.ts';

export interface TagHeard {
  readonly subject: TagSubject;
  readonly at: MonoMs;
  readonly rssi: RssiDbm;
  readonly advertiser?: AdvertiserToken | undefined;
}

/** A node without radio and clock: the table and the beat of the radio daemon, driven by the times of what was heard. */
export interface PresenceReplay {
  /** Sightings come in the order of their time; the beats before this one happen first. */
  hear(tag: TagHeard): readonly SubjectTransition[];
  passTime(until: MonoMs): readonly SubjectTransition[];
  /** Tags that have not left. */
  present(): number;
}

export function createPresenceReplay(policy: PresencePolicy): PresenceReplay {
  const table = createPresenceTable({ policy, maxTags: TAG_TABLE_MAX, admission: ADMISSION_POLICY });
  let beat = 0;

  function passTime(until: MonoMs): readonly SubjectTransition[] {
    const told: SubjectTransition[] = [];
    for (; beat <= until; beat += RADIO_BEAT_MS) told.push(...table.tick(monoMs(beat)));
    return told;
  }

  return {
    hear({ subject, at, rssi, advertiser }) {
      return [...passTime(at), ...table.sighting(subject, at, rssi, advertiser)];
    },
    passTime,
    present: () => table.counts().present,
  };
}
