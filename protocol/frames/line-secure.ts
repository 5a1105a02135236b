import { createHash } from 'node:crypto';
import { concatBytes, int8, toHex } from '../bytes.ts';
import type { Hwid } from '../ids.ts';
import { type MeasuredPowerDbm, measuredPowerDbm } from '../units.ts';
import { hexField, unsignedByte } from './fields.ts';
import { LINE_HEADER_BYTES, lineAdvert, POWER_NOT_GIVEN } from './line-header.ts';

/** LINE Beacon of an approved device. LINE itself checks the MAC; a scanner without the keys cannot. */
export interface LineSecureFrame {
  readonly kind: 'line-secure-beacon';
  readonly hwid: Hwid;
  readonly measuredPower?: MeasuredPowerDbm;
  /** 4 bytes in hex. */
  readonly mac: string;
  /** The low 16 bits of a counter of 15 s steps: wraps after 11.4 days. */
  readonly timestampLow16: number;
  /** 0 unknown or mains, 1 empty … 11 full in steps of 10 %, others reserved. */
  readonly battery: number;
}

export interface SecureMessageInput {
  readonly hwid: Hwid;
  /** Counts 15 s steps since the first power-on of this HWID and never goes back; 64 bits. */
  readonly timestamp: bigint;
  /** 4 bytes. */
  readonly vendorKey: Uint8Array;
  /** 8 bytes. */
  readonly lotKey: Uint8Array;
  readonly battery: number;
}

/** MAC, low timestamp, battery. */
const SECURE_MESSAGE_BYTES = 7;
export const LINE_SECURE_BYTES = LINE_HEADER_BYTES + SECURE_MESSAGE_BYTES;

/** `data` is LINE service data behind its UUID, exactly {@link LINE_SECURE_BYTES} long, of a HWID known to be secure. */
export function decodeLineSecure(data: Uint8Array, hwid: Hwid): LineSecureFrame {
  const power = data[LINE_HEADER_BYTES - 1] ?? POWER_NOT_GIVEN;
  const [high = 0, low = 0, battery = 0] = data.subarray(LINE_HEADER_BYTES + 4);
  return {
    kind: 'line-secure-beacon',
    hwid,
    ...(power === POWER_NOT_GIVEN ? {} : { measuredPower: measuredPowerDbm(int8(power)) }),
    mac: toHex(data.subarray(LINE_HEADER_BYTES, LINE_HEADER_BYTES + 4)),
    timestampLow16: high * 0x100 + low,
    battery,
  };
}

/** The whole advert of one 15 s step. Throws `RangeError` where a field does not fit. */
export function encodeLineSecure(
  input: SecureMessageInput & { readonly measuredPower?: MeasuredPowerDbm },
): Uint8Array {
  return lineAdvert(input.hwid, input.measuredPower ?? POWER_NOT_GIVEN, secureMessage(input));
}

/** The 7 bytes LINE verifies: MAC, low 16 bits of the timestamp, battery. */
export function secureMessage({ hwid, timestamp, vendorKey, lotKey, battery }: SecureMessageInput): Uint8Array {
  if (vendorKey.length !== 4) throw new RangeError('a vendor key has 4 bytes');
  if (lotKey.length !== 8) throw new RangeError('a lot key has 8 bytes');
  if (timestamp !== BigInt.asUintN(64, timestamp)) throw new RangeError(`a timestamp has 64 bits: ${timestamp}`);

  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, timestamp);
  const level = unsignedByte('battery level', battery);
  const id = hexField('HWID', hwid, 5);
  const digest = createHash('sha256')
    .update(concatBytes(counter, id, vendorKey, lotKey, level))
    .digest();
  return concatBytes(foldToMac(digest), counter.subarray(6), level);
}

/** Folding 32 bytes in half three times by XOR leaves every fourth byte XORed together. */
function foldToMac(digest: Uint8Array): Uint8Array {
  const mac = new Uint8Array(4);
  for (const [index, byte] of digest.entries()) mac[index % 4] = (mac[index % 4] ?? 0) ^ byte;
  return mac;
}
