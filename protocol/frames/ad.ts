import { concatBytes } from '../bytes.ts';
import { accept, type Result, reject } from '../result.ts';

/** One length-type-data element of an advert. */
export interface AdStructure {
  readonly type: number;
  readonly data: Uint8Array;
}

export const AD_FLAGS = 0x01;
export const AD_COMPLETE_UUIDS_16 = 0x03;
export const AD_SERVICE_DATA_16 = 0x16;
export const AD_MANUFACTURER_DATA = 0xff;

/** LE General Discoverable, BR/EDR not supported: what a broadcaster says of itself. */
export const FLAGS_BROADCASTER: AdStructure = { type: AD_FLAGS, data: Uint8Array.of(0x06) };

/** A legacy advert carries at most this many bytes. */
export const MAX_ADVERT_BYTES = 31;

export type AdRejectCode = 'too-long' | 'ad-length-overrun';

/** Shared, because a crowded radio makes thousands of these a second. */
export const TOO_LONG = reject('too-long', `an advert has at most ${MAX_ADVERT_BYTES} bytes`);
export const AD_LENGTH_OVERRUN = reject('ad-length-overrun', 'an AD structure claims more bytes than the advert has');

/** The structures of an advert, as views of it. A zero length ends the significant part; the rest is padding. */
export function parseAd(payload: Uint8Array): Result<AdStructure[], AdRejectCode> {
  if (payload.length > MAX_ADVERT_BYTES) return TOO_LONG;
  const structures: AdStructure[] = [];
  for (let start = 0, end = 0; start < payload.length; start = end) {
    end = adEnd(payload, start);
    if (end === start) break;
    if (end > payload.length) return AD_LENGTH_OVERRUN;
    structures.push({ type: payload[start + 1] ?? 0, data: payload.subarray(start + 2, end) });
  }
  return accept(structures);
}

/**
 * Where the structure that begins at `start` ends: `start` itself where a zero length ends the significant part, beyond
 * the advert where the length is a lie. Lets a decoder walk an advert without allocating anything.
 */
export function adEnd(payload: Uint8Array, start: number): number {
  const length = payload[start] ?? 0;
  return length === 0 ? start : start + 1 + length;
}

/** An advert of these structures. Throws `RangeError` beyond 31 bytes. */
export function encodeAd(structures: readonly AdStructure[]): Uint8Array {
  const payload = concatBytes(...structures.flatMap(({ type, data }) => [Uint8Array.of(data.length + 1, type), data]));
  if (payload.length > MAX_ADVERT_BYTES) {
    throw new RangeError(`an advert has at most ${MAX_ADVERT_BYTES} bytes, not ${payload.length}`);
  }
  return payload;
}
