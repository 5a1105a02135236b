import type { Hwid } from '../ids.ts';
import { accept, type Result } from '../result.ts';
import { decodeLineHeader, type LineHeaderRejectCode } from './line-header.ts';
import { decodeLineSecure, LINE_SECURE_BYTES, type LineSecureFrame } from './line-secure.ts';
import { decodeLineSimple, type LineSimpleFrame, type LineSimpleRejectCode } from './line-simple.ts';

export type LineRejectCode = LineHeaderRejectCode | LineSimpleRejectCode;

/**
 * LINE service data behind its UUID. A secure frame and a simple one with seven bytes of device message look the same,
 * so only the registry of HWIDs can tell them apart.
 */
export function decodeLine(
  data: Uint8Array,
  flags: number | undefined,
  isSecureHwid: ((hwid: Hwid) => boolean) | undefined,
): Result<LineSimpleFrame | LineSecureFrame, LineRejectCode> {
  const header = decodeLineHeader(data, flags);
  if (!header.ok) return header;
  const hwid = header.value;
  if (data.length === LINE_SECURE_BYTES && isSecureHwid?.(hwid) === true) return accept(decodeLineSecure(data, hwid));
  return decodeLineSimple(data, hwid);
}
