import { toHex } from '../bytes.ts';
import type { ProximityUuid } from '../ids.ts';

/**
 * Making the text is by far the dearest part of reading a frame, and a shop's tags share few UUIDs: of every slot the last
 * one is kept. Invented UUIDs only push each other out.
 */
const SLOTS = 64;
const UUID_BYTES = 16;

interface Known {
  readonly bytes: Uint8Array;
  readonly text: ProximityUuid;
}

const known: (Known | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

/** The canonical text of the 16 bytes at `start`; the caller has checked that they are there. */
export function uuidAt(bytes: Uint8Array, start: number): ProximityUuid {
  const slot = ((bytes[start] ?? 0) ^ (bytes[start + 5] ?? 0) ^ (bytes[start + 15] ?? 0)) % SLOTS;
  const hit = known[slot];
  if (hit !== undefined && isAt(hit.bytes, bytes, start)) return hit.text;
  const made = {
    bytes: bytes.slice(start, start + UUID_BYTES),
    text: format(bytes.subarray(start, start + UUID_BYTES)),
  };
  known[slot] = made;
  return made.text;
}

function isAt(uuid: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < UUID_BYTES; index += 1) {
    if (uuid[index] !== bytes[start + index]) return false;
  }
  return true;
}

function format(bytes: Uint8Array): ProximityUuid {
  const text = toHex(bytes);
  const groups = [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)];
  return groups.join('-') as ProximityUuid;
}
