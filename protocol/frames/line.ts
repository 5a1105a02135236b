import type { Hwid } from '../ids.ts';
import { accept, type Result } from '../result.ts';
import { decodeLineHeader, type LineHeaderRejectCode } from './line-header.ts';
import { decodeLineSecure, LINE_SECURE_BYTES, type LineSecureFrame } from './line-secure.ts';
import { decodeLineSimple, type LineSimpleFrame, type LineSimpleRejectCode } from './line-simple.ts';

export type LineRejectCode = LineHeaderRejectCode | LineSimpleRejectCode;

/**
 * LINE service data, behind the UUID, lie in `payload` from `start` to `end`. A secure frame and a simple one with seven bytes of device message look the same,
 * so only the registry of HWIDs can tell them apart.
 */
export function decodeLine(
  payload: Uint8Array,
  start: number,
  end: number,
  flags: number | undefined,
  isSecureHwid: ((hwid: Hwid) => boolean) | undefined,
): Result<LineSimpleFrame | LineSecureFrame, LineRejectCode> {
  const header = decodeLineHeader(payload, start, end, flags);
  if (!header.ok) return header;
  const hwid = header.value;
  if (end - start === LINE_SECURE_BYTES && isSecureHwid?.(hwid) === true) {
    return accept(decodeLineSecure(payload.subarray(start, end), hwid));
  }
  return decodeLineSimple(payload, start, end, hwid);
}
