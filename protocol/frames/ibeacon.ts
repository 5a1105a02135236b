import { concatBytes, int8 } from '../bytes.ts';
import type { ProximityUuid } from '../ids.ts';
import { accept, type Result, reject } from '../result.ts';
import { type MeasuredPowerDbm, measuredPowerDbm } from '../units.ts';
import { AD_MANUFACTURER_DATA, encodeAd, FLAGS_BROADCASTER } from './ad.ts';
import { bigEndian16, hexField, signedByte } from './fields.ts';
import { uuidAt } from './uuid-text.ts';

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

/** Manufacturer data, from the company id on, lie in `payload` from `start` to `end`; taken where they are, without a view. */
export function decodeIBeacon(
  payload: Uint8Array,
  start: number,
  end: number,
): Result<IBeaconFrame, IBeaconRejectCode> {
  if (end - start !== MANUFACTURER_DATA_BYTES || payload[start + 3] !== REMAINING_BYTES) return LENGTH;
  return accept({
    kind: 'ibeacon',
    uuid: uuidAt(payload, start + 4),
    major: uint16(payload, start + 20),
    minor: uint16(payload, start + 22),
    measuredPower: measuredPowerDbm(int8(payload[start + 24] ?? 0)),
  });
}

const uint16 = (bytes: Uint8Array, offset: number): number => (bytes[offset] ?? 0) * 0x100 + (bytes[offset + 1] ?? 0);

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
