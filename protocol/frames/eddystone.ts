import { concatBytes, int8 } from '../bytes.ts';
import { accept, type Result, reject } from '../result.ts';
import { AD_COMPLETE_UUIDS_16, AD_SERVICE_DATA_16, encodeAd, FLAGS_BROADCASTER } from './ad.ts';
import { hexField, signedByte } from './fields.ts';
import { hexAt } from './text-memory.ts';

/** The identifying frame of Eddystone; its other kinds carry no stable identity and are refused by name. */
export interface EddystoneUidFrame {
  readonly kind: 'eddystone-uid';
  /** 10 bytes in hex. */
  readonly namespace: string;
  /** 6 bytes in hex. */
  readonly instance: string;
  /** dBm at zero metres: about 41 dB above a measured power. */
  readonly txPower0m: number;
}

export type EddystoneRejectCode =
  | 'eddystone-url'
  | 'eddystone-tlm'
  | 'eddystone-eid'
  | 'eddystone-unknown-kind'
  | 'eddystone-length';

/** 0xFEAA, little endian. */
const EDDYSTONE_UUID = Uint8Array.of(0xaa, 0xfe);
const UID_BYTES = 18;
/** Older senders leave the two reserved bytes out. */
const UID_BYTES_WITH_RESERVED = 20;

/** Whether 16-bit service data that begin at `start` are Eddystone's. */
export const looksLikeEddystone = (payload: Uint8Array, start: number, end: number): boolean =>
  end - start >= 2 && payload[start] === EDDYSTONE_UUID[0] && payload[start + 1] === EDDYSTONE_UUID[1];

/** Eddystone service data, behind the UUID, lie in `payload` from `start` to `end`. */
export function decodeEddystone(
  payload: Uint8Array,
  start: number,
  end: number,
): Result<EddystoneUidFrame, EddystoneRejectCode> {
  if (end === start) return LENGTH;
  switch (payload[start]) {
    case 0x00:
      return decodeUid(payload, start, end);
    case 0x10:
      return URL_KIND;
    case 0x20:
      return TLM_KIND;
    case 0x30:
      return EID_KIND;
    default:
      return UNKNOWN_KIND;
  }
}

function decodeUid(payload: Uint8Array, start: number, end: number): Result<EddystoneUidFrame, 'eddystone-length'> {
  if (end - start !== UID_BYTES && end - start !== UID_BYTES_WITH_RESERVED) return LENGTH;
  return accept({
    kind: 'eddystone-uid',
    namespace: hexAt(payload, start + 2, start + 12),
    instance: hexAt(payload, start + 12, start + 18),
    txPower0m: int8(payload[start + 1] ?? 0),
  });
}

const URL_KIND = reject('eddystone-url', 'an Eddystone URL names a page, not a tag');
const TLM_KIND = reject('eddystone-tlm', 'Eddystone telemetry has no identity');
const EID_KIND = reject('eddystone-eid', 'an Eddystone ephemeral id can be resolved by its owner only');
const UNKNOWN_KIND = reject('eddystone-unknown-kind', 'the first byte is none of the Eddystone kinds');
const LENGTH = reject('eddystone-length', `an Eddystone UID has ${UID_BYTES} or ${UID_BYTES_WITH_RESERVED} bytes`);

/** The whole advert, reserved bytes included. Throws `RangeError` where a field does not fit. */
export function encodeEddystoneUid({ namespace, instance, txPower0m }: Omit<EddystoneUidFrame, 'kind'>): Uint8Array {
  const frame = concatBytes(
    EDDYSTONE_UUID,
    Uint8Array.of(0x00),
    signedByte('tx power', txPower0m),
    hexField('namespace', namespace, 10),
    hexField('instance', instance, 6),
    Uint8Array.of(0, 0),
  );
  return encodeAd([
    FLAGS_BROADCASTER,
    { type: AD_COMPLETE_UUIDS_16, data: EDDYSTONE_UUID },
    { type: AD_SERVICE_DATA_16, data: frame },
  ]);
}
