import { randomBytes } from 'node:crypto';
import { ProximityUuid } from '../../../protocol/ids.ts';
import { type MonoMs, monoMs } from '../../../protocol/units.ts';
import { createAdvertiserTokens } from '../../core/advertiser-token.ts';
import { createPresenceTable } from '../../core/presence-table.ts';
import { createSubjectOf } from '../../core/subject.ts';
import {
  ADMISSION_POLICY,
  ADVERTISER_KEY_LIFE_MS,
  PRESENCE_POLICY,
  RADIO_BEAT_MS,
  TAG_TABLE_MAX,
} from '../../core/thresholds.ts';
import { createAdvertReader } from '../../radio/advert-reader.ts';
import type { ScannerHandlers, Sighting } from '../../radio/ports.ts';
import { TAG_NAMESPACE } from './street.ts';

/** As many adverts as one radio hears in a crowd. */
const REPORTS_PER_MS = 2;
const REPORTS_PER_BEAT = RADIO_BEAT_MS * REPORTS_PER_MS;

const NODE = {
  tagNamespaces: [TAG_NAMESPACE],
  ibeacon: {
    uuid: ProximityUuid.parse('d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38'),
    major: 1,
    minor: 7,
    measuredPower: -59,
  },
};

/** Everything a node does with a sighting before the disk. */
export interface PresenceEnd {
  readonly mono: () => MonoMs;
  readonly handlers: Pick<ScannerHandlers, 'onSighting'>;
  /** One more report came in: time goes on, and every beat the deadlines are looked at. */
  passed(): void;
  /** Enters, dwells and exits so far. */
  transitions(): number;
}

export function createPresenceEnd(): PresenceEnd {
  const subjectOf = createSubjectOf(NODE);
  const table = createPresenceTable({ policy: PRESENCE_POLICY, maxTags: TAG_TABLE_MAX, admission: ADMISSION_POLICY });
  let reports = 0;
  let transitions = 0;
  const mono = (): MonoMs => monoMs(reports / REPORTS_PER_MS);

  function onSighting(sighting: Sighting): void {
    const { frame, rssi, at } = sighting;
    const subject = subjectOf(frame);
    if (subject === undefined || rssi === undefined) return;
    transitions += table.sighting(subject, at, rssi, sighting.advertiser).length;
  }

  return {
    mono,
    handlers: { onSighting },
    passed() {
      reports += 1;
      if (reports % REPORTS_PER_BEAT === 0) transitions += table.tick(mono()).length;
    },
    transitions: () => transitions,
  };
}

/** The product's own way from HCI bytes to presence, without library, socket, queue and disk. */
export function createPurePath(): { run(packets: readonly Buffer[]): void; transitions(): number } {
  const end = createPresenceEnd();
  const tokens = createAdvertiserTokens({ newKey: () => randomBytes(32), keyLifeMs: ADVERTISER_KEY_LIFE_MS });
  const reader = createAdvertReader({ mono: end.mono, tokens });
  return {
    run(packets) {
      for (const packet of packets) {
        reader.receive(packet, end.handlers);
        end.passed();
      }
    },
    transitions: end.transitions,
  };
}
