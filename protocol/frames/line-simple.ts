import { parseHex } from '../bytes.ts';
import type { DeviceMessageHex, Hwid } from '../ids.ts';
import { accept, type Result, reject } from '../result.ts';
import { LINE_HEADER_BYTES, lineAdvert, POWER_NOT_GIVEN } from './line-header.ts';
import { hexAt } from './text-memory.ts';

/** LINE Simple Beacon: anyone can make it and copy it; only the device message can prove anything. */
export interface LineSimpleFrame {
  readonly kind: 'line-simple-beacon';
  readonly hwid: Hwid;
  readonly dm: DeviceMessageHex;
}

export type LineSimpleRejectCode = 'line-dm-missing' | 'line-dm-too-long' | 'line-measured-power';

const MAX_DM_BYTES = 13;

/** LINE service data, behind the UUID, lie in `payload` from `start` to `end`; their header (type, HWID) has been read. */
export function decodeLineSimple(
  payload: Uint8Array,
  start: number,
  end: number,
  hwid: Hwid,
): Result<LineSimpleFrame, LineSimpleRejectCode> {
  const messageStart = start + LINE_HEADER_BYTES;
  if (payload[messageStart - 1] !== POWER_NOT_GIVEN) return MEASURED_POWER;
  if (end === messageStart) return DM_MISSING;
  if (end > messageStart + MAX_DM_BYTES) return DM_TOO_LONG;
  const dm = hexAt(payload, messageStart, end) as DeviceMessageHex;
  return accept({ kind: 'line-simple-beacon', hwid, dm });
}

const MEASURED_POWER = reject('line-measured-power', 'a LINE Simple Beacon has 7f as its measured power');
const DM_MISSING = reject('line-dm-missing', 'LINE reports no event for a frame without a device message; send 00');
const DM_TOO_LONG = reject('line-dm-too-long', `a device message has at most ${MAX_DM_BYTES} bytes`);

/** The whole advert. A node without a use for the device message sends `00`. */
export function encodeLineSimple({ hwid, dm }: { readonly hwid: Hwid; readonly dm: DeviceMessageHex }): Uint8Array {
  const message = parseHex(dm);
  if (message === undefined || message.length < 1 || message.length > MAX_DM_BYTES) {
    throw new RangeError(`a device message has 1 to ${MAX_DM_BYTES} bytes: ${dm}`);
  }
  return lineAdvert(hwid, POWER_NOT_GIVEN, message);
}
