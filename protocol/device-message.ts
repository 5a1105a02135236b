import { createHmac, timingSafeEqual } from 'node:crypto';
import { concatBytes, parseHex, toHex } from './bytes.ts';
import { bigEndian16, hexField } from './frames/fields.ts';
import type { DeviceMessageHex, Hwid } from './ids.ts';
import type { EpochMs } from './units.ts';

/**
 * What a node says in the free bytes of its LINE frame, and what the cloud believes of it. Big endian:
 *
 *   signed  [0] version 1, flags · [1..2] node index · [3..6] slot · [7..12] HMAC-SHA256(node key, HWID ‖ bytes 0..6)
 *   fixed   [0] 20               · [1..2] node index          (a node without clock or key; anyone can copy it)
 *
 * A LINE frame is easily cloned, so only a signed message of the present slot proves that somebody stood at this door
 * about now. Neither form has seven bytes, which would look like a secure LINE frame.
 */
export type ParsedDm =
  | {
      readonly mode: 'signed';
      readonly flags: number;
      readonly nodeIndex: number;
      readonly slot: number;
      /** 6 bytes in hex. */
      readonly mac: string;
    }
  | { readonly mode: 'fixed'; readonly nodeIndex: number }
  /** Somebody else's use of the field. */
  | { readonly mode: 'foreign' }
  /** Missing, empty, or the `00` of a beacon that has nothing to say. */
  | { readonly mode: 'none' };

export interface DmVerdict {
  readonly verdict: 'signed' | 'fixed' | 'bad' | 'none';
  /** The door it claims to be; proven for `signed` only. */
  readonly nodeIndex?: number;
  /** Why it is `bad`. */
  readonly fault?: DmFault;
}

/**
 * `foreign`: somebody else's use of the field. `unknown-key`: a door we have no key for. `forged`: the MAC is of no key of
 * ours. `stale`: once genuine, `slotsOff` slots from now (negative: copied that long ago; positive: of the future).
 */
export type DmFault =
  | { readonly kind: 'foreign' | 'unknown-key' | 'forged' }
  | { readonly kind: 'stale'; readonly slotsOff: number };

const VERSION = 1;
const FIXED = 0x20;
const SIGNED_BYTES = 13;
const FIXED_BYTES = 3;
const MAC_START = 7;
const MAC_BYTES = 6;
/** A phone reports late, and clocks differ: one slot to either side is still now. */
const SLOT_TOLERANCE = 1;

/** Number of the slot that holds `at`. */
export const slotAt = (at: EpochMs, slotSeconds: number): number => Math.floor(at / (slotSeconds * 1000));

/** The message of one slot. Throws `RangeError` where a field does not fit or the key is no 32 bytes. */
export function signDm(input: {
  readonly key: Uint8Array;
  readonly hwid: Hwid;
  readonly nodeIndex: number;
  readonly slot: number;
  /** 0 to 15, for later use. */
  readonly flags?: number;
}): DeviceMessageHex {
  const { key, hwid, nodeIndex, slot, flags = 0 } = input;
  if (key.length !== 32) throw new RangeError('a device-message key has 32 bytes');
  if (!Number.isInteger(flags) || flags < 0 || flags > 15) throw new RangeError(`flags must be 0 to 15, not ${flags}`);
  if (!Number.isInteger(slot) || slot < 0 || slot > 0xffffffff) throw new RangeError(`slot must have 32 bits: ${slot}`);
  const slotBytes = new Uint8Array(4);
  new DataView(slotBytes.buffer).setUint32(0, slot);
  const body = concatBytes(Uint8Array.of((VERSION << 4) | flags), bigEndian16('node index', nodeIndex), slotBytes);
  return toHex(concatBytes(body, macOf(key, hwid, body))) as DeviceMessageHex;
}

/** The fallback of a node that has no clock or no key. */
export const fixedDm = (nodeIndex: number): DeviceMessageHex =>
  toHex(concatBytes(Uint8Array.of(FIXED), bigEndian16('node index', nodeIndex))) as DeviceMessageHex;

/** Reads without believing; text that is not hexadecimal is `foreign`. */
export function parseDm(dm: string): ParsedDm {
  if (dm === '' || dm === '00') return { mode: 'none' };
  const bytes = parseHex(dm);
  if (bytes === undefined) return { mode: 'foreign' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [first = 0] = bytes;
  if (bytes.length === FIXED_BYTES && first === FIXED) return { mode: 'fixed', nodeIndex: view.getUint16(1) };
  if (bytes.length !== SIGNED_BYTES || first >> 4 !== VERSION) return { mode: 'foreign' };
  return {
    mode: 'signed',
    flags: first & 0x0f,
    nodeIndex: view.getUint16(1),
    slot: view.getUint32(3),
    mac: toHex(bytes.subarray(MAC_START)),
  };
}

/** What a device message is worth that a phone reported for an event at `at`. `keyOf` knows the nodes that share `hwid`. */
export function verifyDm(input: {
  readonly dm: string | undefined;
  readonly hwid: Hwid;
  readonly at: EpochMs;
  readonly slotSeconds: number;
  readonly keyOf: (nodeIndex: number) => Uint8Array | undefined;
}): DmVerdict {
  const parsed = parseDm(input.dm ?? '');
  switch (parsed.mode) {
    case 'none':
      return { verdict: 'none' };
    case 'foreign':
      return { verdict: 'bad', fault: { kind: 'foreign' } };
    case 'fixed':
      return { verdict: 'fixed', nodeIndex: parsed.nodeIndex };
    case 'signed': {
      const { nodeIndex, slot, flags } = parsed;
      const key = input.keyOf(nodeIndex);
      if (key === undefined) return { verdict: 'bad', nodeIndex, fault: { kind: 'unknown-key' } };
      const expected = parseDm(signDm({ key, hwid: input.hwid, nodeIndex, slot, flags }));
      const genuine = expected.mode === 'signed' && equalMacs(expected.mac, parsed.mac);
      if (!genuine) return { verdict: 'bad', nodeIndex, fault: { kind: 'forged' } };
      const slotsOff = slot - slotAt(input.at, input.slotSeconds);
      if (Math.abs(slotsOff) > SLOT_TOLERANCE) return { verdict: 'bad', nodeIndex, fault: { kind: 'stale', slotsOff } };
      return { verdict: 'signed', nodeIndex };
    }
  }
}

const macOf = (key: Uint8Array, hwid: Hwid, body: Uint8Array): Uint8Array =>
  createHmac('sha256', key)
    .update(hexField('HWID', hwid, 5))
    .update(body)
    .digest()
    .subarray(0, MAC_BYTES);

/** In constant time: how long a wrong guess takes must not say how much of it was right. */
const equalMacs = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a), Buffer.from(b));
