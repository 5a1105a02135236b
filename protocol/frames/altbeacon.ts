import { concatBytes, int8 } from '../bytes.ts';
import { accept, type Result, reject } from '../result.ts';
import { AD_MANUFACTURER_DATA, encodeAd, FLAGS_BROADCASTER } from './ad.ts';
import { hexField, littleEndian16, signedByte, unsignedByte } from './fields.ts';
import { hexAt } from './text-memory.ts';

/** The open counterpart of iBeacon; any company may send it under its own id. */
export interface AltBeaconFrame {
  readonly kind: 'altbeacon';
  readonly companyId: number;
  /** 20 bytes in hex: by custom 16 for the organisation, 4 of its own. The specification's word. */
  readonly beaconId: string;
  /** RSSI at one metre, dBm. */
  readonly referenceRssi: number;
  /** One byte for the maker's use. */
  readonly reserved: number;
}

export type AltBeaconRejectCode = 'altbeacon-length';

const CODE_HIGH = 0xbe;
const CODE_LOW = 0xac;
const MANUFACTURER_DATA_BYTES = 26;

/** Whether manufacturer data that begin at `start` claim to be an AltBeacon. */
export const looksLikeAltBeacon = (payload: Uint8Array, start: number, end: number): boolean =>
  end - start >= 4 && payload[start + 2] === CODE_HIGH && payload[start + 3] === CODE_LOW;

/** Manufacturer data, from the company id on, lie in `payload` from `start` to `end`. */
export function decodeAltBeacon(
  payload: Uint8Array,
  start: number,
  end: number,
): Result<AltBeaconFrame, AltBeaconRejectCode> {
  if (end - start !== MANUFACTURER_DATA_BYTES) return LENGTH;
  return accept({
    kind: 'altbeacon',
    companyId: (payload[start] ?? 0) + (payload[start + 1] ?? 0) * 0x100,
    beaconId: hexAt(payload, start + 4, start + 24),
    referenceRssi: int8(payload[start + 24] ?? 0),
    reserved: payload[start + 25] ?? 0,
  });
}

const LENGTH = reject('altbeacon-length', `an AltBeacon has ${MANUFACTURER_DATA_BYTES} bytes of manufacturer data`);

/** The whole advert. Throws `RangeError` where a field does not fit. */
export function encodeAltBeacon(frame: Omit<AltBeaconFrame, 'kind'>): Uint8Array {
  const data = concatBytes(
    littleEndian16('company id', frame.companyId),
    Uint8Array.of(CODE_HIGH, CODE_LOW),
    hexField('beacon id', frame.beaconId, 20),
    signedByte('reference RSSI', frame.referenceRssi),
    unsignedByte('reserved byte', frame.reserved),
  );
  return encodeAd([FLAGS_BROADCASTER, { type: AD_MANUFACTURER_DATA, data }]);
}
