import type { DmFault } from '../../protocol/device-message.ts';
import type { Hwid, NodeId } from '../../protocol/ids.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { EventId } from './ids.ts';

/**
 * What a frame that proves nothing looks like from here. `replayed-frame`: it was genuine once, so somebody recorded it.
 * `node-clock`: genuine but a few slots off, which a wrong clock does as well. `forged-frame`: its signature is of no key
 * of ours. `unknown-door`: it names a door that is not registered. `foreign-message`: somebody else's use of our HWID.
 * `silent-node`: its frames are heard though the node itself has been offline, so they come from elsewhere.
 */
export const SUSPICIONS = [
  'replayed-frame',
  'node-clock',
  'forged-frame',
  'unknown-door',
  'foreign-message',
  'silent-node',
] as const;
export type SuspicionKind = (typeof SUSPICIONS)[number];

/** Something that does not fit, with what it was seen by. Names no person. */
export interface Suspicion {
  readonly kind: SuspicionKind;
  readonly hwid: Hwid;
  /** As the frame claims, or as the HWID implies; absent where neither tells. */
  readonly nodeId?: NodeId;
  readonly dm?: string;
  readonly eventId: EventId;
  readonly at: EpochMs;
  /** For frames out of their time: how far, in ms; negative: copied that long ago. */
  readonly offMs?: number;
}

/** Within an hour a wrong clock is likelier than a thief; a node that lost its time drifts by slots, not by days. */
const CLOCK_LIKELY_MS = 3_600_000;

/** What a device message's fault makes one suspect. */
export function suspect(
  fault: DmFault,
  seen: Pick<Suspicion, 'hwid' | 'nodeId' | 'dm' | 'eventId' | 'at'>,
  slotSeconds: number,
): Suspicion {
  switch (fault.kind) {
    case 'stale': {
      const offMs = fault.slotsOff * slotSeconds * 1000;
      // Nobody can record a message of the future.
      const kind = offMs > 0 || offMs >= -CLOCK_LIKELY_MS ? 'node-clock' : 'replayed-frame';
      return { ...seen, kind, offMs };
    }
    case 'forged':
      return { ...seen, kind: 'forged-frame' };
    case 'unknown-key':
      return { ...seen, kind: 'unknown-door' };
    case 'foreign':
      return { ...seen, kind: 'foreign-message' };
  }
}

const DAY_MS = 86_400_000;

/** Suspicions of one key are one alert: the same thing about the same door on the same day (UTC). */
export const alertKey = ({ kind, hwid, nodeId, at }: Suspicion): string =>
  [kind, hwid, nodeId ?? '-', Math.floor(at / DAY_MS)].join('|');

/** Several suspicions of one key as one. */
export interface FoldedSuspicion {
  readonly latest: Suspicion;
  readonly times: number;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
}

/** One of each key, in the order of the keys. */
export function foldSuspicions(suspicions: readonly Suspicion[]): FoldedSuspicion[] {
  const folded = new Map<string, FoldedSuspicion>();
  for (const suspicion of suspicions) {
    const { at } = suspicion;
    const known = folded.get(alertKey(suspicion)) ?? { latest: suspicion, times: 0, firstAt: at, lastAt: at };
    folded.set(alertKey(suspicion), {
      latest: at >= known.lastAt ? suspicion : known.latest,
      times: known.times + 1,
      firstAt: at < known.firstAt ? at : known.firstAt,
      lastAt: at > known.lastAt ? at : known.lastAt,
    });
  }
  return [...folded].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** What a person should do about it. */
export const ADVICE: Readonly<Record<SuspicionKind, string>> = {
  'replayed-frame':
    'somebody plays back a recorded frame; it earns nothing, since its time is over. Look around the place named by the phones that heard it',
  'node-clock':
    'look at the clock of the node first (pharos-edge doctor); if it is right, somebody plays back a fresh recording',
  'forged-frame':
    'if its bundle was renewed, enroll the node with the new one; otherwise somebody imitates it, without the key',
  'unknown-door': 'register the node that has this index, or give it its own bundle; otherwise somebody invents frames',
  'foreign-message': 'another program sends your HWID: switch it off, or give Pharos a HWID of its own',
  'silent-node':
    'most likely its line is down while it is on air: look at the shop’s network. If the node is switched off, its key is known elsewhere: make a new bundle with --rotate',
};
