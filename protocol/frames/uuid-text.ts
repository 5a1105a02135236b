import { toHex } from '../bytes.ts';
import type { ProximityUuid } from '../ids.ts';
import { rememberTexts } from './text-memory.ts';

const UUID_BYTES = 16;
const remembered = rememberTexts(format);

/** The canonical text of the 16 bytes at `start`; the caller has checked that they are there. */
export const uuidAt = (bytes: Uint8Array, start: number): ProximityUuid => remembered(bytes, start, start + UUID_BYTES);

function format(bytes: Uint8Array): ProximityUuid {
  const text = toHex(bytes);
  const groups = [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)];
  return groups.join('-') as ProximityUuid;
}
