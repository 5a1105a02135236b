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

/**
 * The beacon frame in an advert; the first one counts. Most adverts are earphones and watches, and a crowded radio hears
 * thousands a second: nothing is allocated before a structure looks like a beacon.
 */
export function decodeFrame(payload: Uint8Array, options: DecodeFrameOptions = {}): Result<Frame, FrameRejectCode> {
  if (payload.length > MAX_ADVERT_BYTES) return TOO_LONG;
  let flags: number | undefined;
  let format: Format | undefined;
  let frameStart = 0;
  let frameEnd = 0;
  for (let start = 0, end = 0; start < payload.length; start = end) {
    end = adEnd(payload, start);
    if (end === start) break;
    if (end > payload.length) return AD_LENGTH_OVERRUN;
    if (payload[start + 1] === AD_FLAGS && end > start + 2) flags = payload[start + 2];
    if (format === undefined) {
      format = recognise(payload, start, end);
      frameStart = start + 2;
      frameEnd = end;
    }
  }
  if (format === undefined) return NOT_A_BEACON;
  return decodeAs(format, payload.subarray(frameStart, frameEnd), flags, options);
}

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

function decodeAs(
  format: Format,
  data: Uint8Array,
  flags: number | undefined,
  { isSecureHwid }: DecodeFrameOptions,
): Result<Frame, FrameRejectCode> {
  switch (format) {
    case 'line':
      return decodeLine(data.subarray(2), flags, isSecureHwid);
    case 'ibeacon':
      return decodeIBeacon(data);
    case 'eddystone':
      return decodeEddystone(data.subarray(2));
    case 'altbeacon':
      return decodeAltBeacon(data);
  }
}
