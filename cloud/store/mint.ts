import { ID_PREFIX, type IdKind, type Mint } from '../core/ids.ts';
import { randomPool } from './random-pool.ts';

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

const random = randomPool();

/** Ids sort by the millisecond they were made in (48 bits of time, 80 random), like a ULID, in lower case. */
export const systemMint: Mint = {
  id: (kind) => idAt(kind, Date.now(), random(10)),
  uuid: () => uuidAt(Date.now(), random(10)),
  bytes: (length) => random(length),
};

/** The same by another clock and other chance, so that a day that never was can be had again; nothing is unguessable. */
export const seededMint = (
  now: () => number,
  draw: (what: IdKind | 'uuid' | 'bytes', length: number) => Uint8Array,
): Mint => ({
  id: (kind) => idAt(kind, now(), draw(kind, 10)),
  uuid: () => uuidAt(now(), Buffer.from(draw('uuid', 10))),
  bytes: (length) => draw('bytes', length),
});

const idAt = (kind: IdKind, at: number, bytes: Uint8Array): string =>
  `${ID_PREFIX[kind]}_${timeText(at)}${base32(bytes)}`;

/** No id made at `at` or later sorts before it. */
export const firstIdAt = (kind: IdKind, at: number): string => `${ID_PREFIX[kind]}_${timeText(at)}`;

/** When an id was made, ms; `undefined` for what is none of this mint. */
export function timeOfId(id: string): number | undefined {
  const digits = /^[a-z]{3}_([0-9a-z]{10})/.exec(id)?.[1];
  if (digits === undefined) return undefined;
  let at = 0;
  for (const digit of digits) {
    const value = BASE32.indexOf(digit);
    if (value < 0) return undefined;
    at = at * 32 + value;
  }
  return at;
}

/**
 * Version 7 of RFC 9562: 48 bits of time, 74 random. One that is made later sorts later, so that an index of them grows at
 * its end: those of version 4 touched a page for every row, in the table, the log and the checkpoint.
 */
function uuidAt(at: number, bytes: Buffer): string {
  const time = at.toString(16).padStart(12, '0');
  bytes[0] = 0x70 | ((bytes[0] ?? 0) & 0x0f);
  bytes[2] = 0x80 | ((bytes[2] ?? 0) & 0x3f);
  const rest = bytes.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`;
}

let lastAt = -1;
let lastText = '';

/** Ten digits; within one millisecond the same. */
function timeText(at: number): string {
  if (at === lastAt) return lastText;
  let text = '';
  for (let rest = at, i = 0; i < 10; i++) {
    text = BASE32.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  lastAt = at;
  lastText = text;
  return text;
}

/** Eight digits for every five bytes; the length is a multiple of five. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return text;
}
