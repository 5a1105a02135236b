import type { Host } from './host.ts';
import { type Contacts, hearBeacon, NO_CONTACTS, type Verdict } from './phone/line-app.ts';
import type { FrameHeard } from './phone/scan.ts';

/** What came of one LINE frame at one phone. */
export interface LineFrameHeard {
  readonly hwid: string;
  readonly dm: string;
  readonly rssi?: number;
  readonly atMs: number;
  readonly verdict: Verdict;
  readonly webhookEventId?: string;
}

/** A beacon that some phone has heard. */
export interface BeaconSeen {
  readonly hwid: string;
  /** The device message it sent last. */
  readonly dm: string;
  readonly rssi?: number;
  /** Frames heard. */
  readonly count: number;
  readonly atMs: number;
  /** What the last phone made of it. */
  readonly verdict: Verdict['reason'];
}

/** Rogues may make up any number. */
const BEACONS_KEPT = 100;

/** The LINE apps of all phones: each remembers its contacts, however often its owner goes out. */
export interface Ears {
  /** Lets `userId`'s app decide on a frame; a report becomes a webhook. `undefined` for frames that are none of LINE's. */
  hear(userId: string, heard: FrameHeard): LineFrameHeard | undefined;
  /** The app was started anew and remembers nothing. */
  restartLine(userId: string): void;
  /** What has been on the air, newest first. */
  beacons(): readonly BeaconSeen[];
}

export function createEars(host: Host, monotonicMs: () => number = () => performance.now()): Ears {
  const contactsOf = new Map<string, Contacts>();
  const beacons = new Map<string, BeaconSeen>();

  function remember({ verdict, ...heard }: LineFrameHeard): void {
    const count = (beacons.get(heard.hwid)?.count ?? 0) + 1;
    beacons.delete(heard.hwid);
    beacons.set(heard.hwid, { ...heard, count, verdict: verdict.reason });
    for (const oldest of beacons.keys()) if (beacons.size > BEACONS_KEPT) beacons.delete(oldest);
  }

  return {
    hear: (userId, { frame, rssi }) => {
      const user = host.state.users.get(userId);
      // A secure frame is checked with keys only LINE has, so the sandbox cannot report one.
      if (user === undefined || frame.kind !== 'line-simple-beacon') return undefined;
      const { hwid, dm } = frame;
      const contacts = contactsOf.get(userId) ?? NO_CONTACTS;
      const next = hearBeacon(contacts, { hwid, dm, atMs: monotonicMs() }, user, host.state.settings);
      if (next.contacts !== contacts) contactsOf.set(userId, next.contacts);
      const heard = {
        hwid,
        dm,
        atMs: host.moment().nowMs,
        verdict: next.verdict,
        ...(rssi === undefined ? {} : { rssi }),
      };
      remember(heard);
      if (!next.verdict.report) return heard;
      return { ...heard, webhookEventId: host.emit(userId, { type: 'beacon', beacon: { hwid, type: 'enter', dm } }) };
    },
    beacons: () => [...beacons.values()].toReversed(),
    restartLine: (userId) => void contactsOf.delete(userId),
  };
}
