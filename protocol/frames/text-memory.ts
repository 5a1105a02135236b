import { toHex } from '../bytes.ts';

/**
 * Making a text is by far the dearest part of reading a frame, and the beacons around a shop say the same again and again:
 * of every slot the last text is kept. Invented ones only push each other out.
 */
const SLOTS = 64;

interface Known<Text> {
  readonly bytes: Uint8Array;
  readonly text: Text;
}

/** `format`, for the bytes from `start` to `end`, which the caller has checked to be there and at least one. */
export function rememberTexts<Text extends string>(
  format: (bytes: Uint8Array) => Text,
): (bytes: Uint8Array, start: number, end: number) => Text {
  const known: (Known<Text> | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  return (bytes, start, end) => {
    const slot = ((bytes[start] ?? 0) ^ (bytes[(start + end) >> 1] ?? 0) ^ (bytes[end - 1] ?? 0)) % SLOTS;
    const hit = known[slot];
    if (hit !== undefined && hit.bytes.length === end - start && isAt(hit.bytes, bytes, start)) return hit.text;
    const made = { bytes: bytes.slice(start, end), text: format(bytes.subarray(start, end)) };
    known[slot] = made;
    return made.text;
  };
}

/** Hexadecimal text of identities, lower case. */
export const hexAt = rememberTexts(toHex);

function isAt(field: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < field.length; index += 1) {
    if (field[index] !== bytes[start + index]) return false;
  }
  return true;
}
