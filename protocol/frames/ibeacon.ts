import { concatBytes, int8, toHex } from '../bytes.ts';
import type { ProximityUuid } from '../ids.ts';
import { accept, type Result, reject } from '../result.ts';
import { type MeasuredPowerDbm, measuredPowerDbm } from '../units.ts';
import { AD_MANUFACTURER_DATA, encodeAd, FLAGS_BROADCASTER } from './ad.ts';
import { bigEndian16, hexField, signedByte } from './fields.ts';

/** Apple's frame. iOS wakes an app in the background for this one only, so LINE frames alternate with it. */
export interface IBeaconFrame {
  readonly kind: 'ibeacon';
  readonly uuid: ProximityUuid;
  readonly major: number;
  readonly minor: number;
  readonly measuredPower: MeasuredPowerDbm;
}

export type IBeaconRejectCode = 'ibeacon-length';

/** Company 0x004C little endian and the type of a proximity frame. Apple uses other types for much else. */
const APPLE = 0x4c;
const PROXIMITY = 0x02;
const REMAINING_BYTES = 21;
const MANUFACTURER_DATA_BYTES = 4 + REMAINING_BYTES;

/** Whether manufacturer data that begin at `start` claim to be an iBeacon. */
export const looksLikeIBeacon = (payload: Uint8Array, start: number, end: number): boolean =>
  end - start >= 3 && payload[start] === APPLE && payload[start + 1] === 0 && payload[start + 2] === PROXIMITY;

/** `data` is manufacturer data from the company id on. */
export function decodeIBeacon(data: Uint8Array): Result<IBeaconFrame, IBeaconRejectCode> {
  if (data.length !== MANUFACTURER_DATA_BYTES || data[3] !== REMAINING_BYTES) return LENGTH;
  const uint16 = (offset: number): number => (data[offset] ?? 0) * 0x100 + (data[offset + 1] ?? 0);
  return accept({
    kind: 'ibeacon',
    uuid: formatUuid(data.subarray(4, 20)),
    major: uint16(20),
    minor: uint16(22),
    measuredPower: measuredPowerDbm(int8(data[24] ?? 0)),
  });
}

const LENGTH = reject('ibeacon-length', `an iBeacon has ${REMAINING_BYTES} bytes behind its type, and says so`);

/** The whole advert. Throws `RangeError` where a number does not fit its field. */
export function encodeIBeacon(identity: Omit<IBeaconFrame, 'kind'>): Uint8Array {
  const frame = concatBytes(
    Uint8Array.of(APPLE, 0, PROXIMITY, REMAINING_BYTES),
    hexField('UUID', identity.uuid, 16),
    bigEndian16('major', identity.major),
    bigEndian16('minor', identity.minor),
    signedByte('measured power', identity.measuredPower),
  );
  return encodeAd([FLAGS_BROADCASTER, { type: AD_MANUFACTURER_DATA, data: frame }]);
}

function formatUuid(bytes: Uint8Array): ProximityUuid {
  const text = toHex(bytes);
  const groups = [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)];
  return groups.join('-') as ProximityUuid;
}
