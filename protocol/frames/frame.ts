import type { Hwid } from '../ids.ts';
import { type Result, reject } from '../result.ts';
import {
  AD_FLAGS,
  AD_LENGTH_OVERRUN,
  AD_MANUFACTURER_DATA,
  AD_SERVICE_DATA_16,
  type AdRejectCode,
  adEnd,
  MAX_ADVERT_BYTES,
  TOO_LONG,
} from './ad.ts';
import { type AltBeaconFrame, type AltBeaconRejectCode, decodeAltBeacon, looksLikeAltBeacon } from './altbeacon.ts';
import { decodeEddystone, type EddystoneRejectCode, type EddystoneUidFrame, looksLikeEddystone } from './eddystone.ts';
import { decodeIBeacon, type IBeaconFrame, type IBeaconRejectCode, looksLikeIBeacon } from './ibeacon.ts';
import { decodeLine, type LineRejectCode } from './line.ts';
import { looksLikeLine } from './line-header.ts';
import type { LineSecureFrame } from './line-secure.ts';
import type { LineSimpleFrame } from './line-simple.ts';

export type Frame = LineSimpleFrame | LineSecureFrame | IBeaconFrame | EddystoneUidFrame | AltBeaconFrame;

export type FrameRejectCode =
  | 'not-a-beacon'
  | AdRejectCode
  | LineRejectCode
  | IBeaconRejectCode
  | EddystoneRejectCode
  | AltBeaconRejectCode;

export interface DecodeFrameOptions {
  /** Asks the registry whether LINE approved this HWID for the secure frame; without it every LINE frame is a simple one. */
  readonly isSecureHwid?: (hwid: Hwid) => boolean;
}

/** The beacon frame in an advert; the first one counts. */
export const decodeFrame = (payload: Uint8Array, options: DecodeFrameOptions = {}): Result<Frame, FrameRejectCode> =>
  decodeFrameIn(payload, 0, payload.length, options);

/**
 * The same for an advert that lies in `bytes` from `from` to `to`, as in an HCI event. Most adverts are earphones and
 * watches, and a crowded radio hears thousands a second: nothing is allocated before a structure looks like a beacon.
 */
export function decodeFrameIn(
  bytes: Uint8Array,
  from: number,
  to: number,
  { isSecureHwid }: DecodeFrameOptions = {},
): Result<Frame, FrameRejectCode> {
  if (to - from > MAX_ADVERT_BYTES) return TOO_LONG;
  let flags: number | undefined;
  let format: Format | undefined;
  let frameStart = 0;
  let frameEnd = 0;
  for (let start = from, end = from; start < to; start = end) {
    end = adEnd(bytes, start);
    if (end === start) break;
    if (end > to) return AD_LENGTH_OVERRUN;
    if (bytes[start + 1] === AD_FLAGS && end > start + 2) flags = bytes[start + 2];
    if (format === undefined) {
      format = recognise(bytes, start, end);
      frameStart = start + 2;
      frameEnd = end;
    }
  }
  switch (format) {
    case undefined:
      return NOT_A_BEACON;
    case 'ibeacon':
      return decodeIBeacon(bytes, frameStart, frameEnd);
    case 'altbeacon':
      return decodeAltBeacon(bytes, frameStart, frameEnd);
    case 'line':
      return decodeLine(bytes, frameStart + UUID_16_BYTES, frameEnd, flags, isSecureHwid);
    case 'eddystone':
      return decodeEddystone(bytes, frameStart + UUID_16_BYTES, frameEnd);
  }
}

/** Service data begin with the service they belong to. */
const UUID_16_BYTES = 2;

const NOT_A_BEACON = reject('not-a-beacon', 'no AD structure is a LINE, iBeacon, Eddystone or AltBeacon frame');

type Format = 'line' | 'ibeacon' | 'eddystone' | 'altbeacon';

/** What the AD structure from `start` to `end` claims to be. */
function recognise(payload: Uint8Array, start: number, end: number): Format | undefined {
  const data = start + 2;
  if (payload[start + 1] === AD_MANUFACTURER_DATA) {
    if (looksLikeIBeacon(payload, data, end)) return 'ibeacon';
    if (looksLikeAltBeacon(payload, data, end)) return 'altbeacon';
  }
  if (payload[start + 1] === AD_SERVICE_DATA_16) {
    if (looksLikeLine(payload, data, end)) return 'line';
    if (looksLikeEddystone(payload, data, end)) return 'eddystone';
  }
  return undefined;
}
