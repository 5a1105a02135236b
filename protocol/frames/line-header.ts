import { concatBytes } from '../bytes.ts';
import type { Hwid } from '../ids.ts';
import { accept, type Result, reject } from '../result.ts';
import { AD_COMPLETE_UUIDS_16, AD_SERVICE_DATA_16, encodeAd, FLAGS_BROADCASTER } from './ad.ts';
import { hexField, signedByte } from './fields.ts';
import { hexAt } from './text-memory.ts';

/**
 * What the simple and the secure LINE frame share: service data of UUID 0xFE6F that begin with frame type, HWID and
 * measured power. Nothing in the bytes tells the two apart.
 */
const LINE_UUID = Uint8Array.of(0x6f, 0xfe);
export const LINE_HEADER_BYTES = 7;
/** The measured power of a frame that promises none. */
export const POWER_NOT_GIVEN = 0x7f;

export type LineHeaderRejectCode = 'line-too-short' | 'line-frame-type' | 'flags-zero';

const LINE_FRAME_TYPE = 2;

/** Whether 16-bit service data that begin at `start` are LINE's. */
export const looksLikeLine = (payload: Uint8Array, start: number, end: number): boolean =>
  end - start >= 2 && payload[start] === LINE_UUID[0] && payload[start + 1] === LINE_UUID[1];

/**
 * The HWID in LINE service data, which lie (behind the UUID) in `payload` from `start` to `end`; `flags` are the advert's,
 * if it has any.
 */
export function decodeLineHeader(
  payload: Uint8Array,
  start: number,
  end: number,
  flags: number | undefined,
): Result<Hwid, LineHeaderRejectCode> {
  if (end === start) return TOO_SHORT;
  if (payload[start] !== LINE_FRAME_TYPE) return FRAME_TYPE;
  if (end - start < LINE_HEADER_BYTES) return TOO_SHORT;
  if (flags === 0) return FLAGS_ZERO;
  return accept(hexAt(payload, start + 1, start + 6) as Hwid);
}

const TOO_SHORT = reject('line-too-short', 'LINE service data begin with frame type, HWID and measured power: 7 bytes');
const FRAME_TYPE = reject('line-frame-type', 'the only frame type of LINE service data is 02');
const FLAGS_ZERO = reject('flags-zero', 'LINE forbids the flags value 00');

/** The whole advert: flags, the UUID list LINE asks for, and the frame. `power` in dBm, or {@link POWER_NOT_GIVEN}. */
export function lineAdvert(hwid: Hwid, power: number, tail: Uint8Array): Uint8Array {
  const type = Uint8Array.of(LINE_FRAME_TYPE);
  const frame = concatBytes(LINE_UUID, type, hexField('HWID', hwid, 5), signedByte('measured power', power), tail);
  return encodeAd([
    FLAGS_BROADCASTER,
    { type: AD_COMPLETE_UUIDS_16, data: LINE_UUID },
    { type: AD_SERVICE_DATA_16, data: frame },
  ]);
}
