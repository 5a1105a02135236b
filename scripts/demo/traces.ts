import { readFileSync } from 'node:fs';
import { equalBytes } from '../../protocol/bytes.ts';
import { decodeFrame } from '../../protocol/frames/frame.ts';
import type { LineSimpleFrame } from '../../protocol/frames/line-simple.ts';
import { type BtsnoopRecord, decodeBtsnoop } from '../../protocol/hci/btsnoop.ts';
import { decodeCommand, OPCODE } from '../../protocol/hci/commands.ts';
import { decodeEvent } from '../../protocol/hci/events.ts';

/** What HCI traces say of one advert: the bytes, when a phone's radio heard them, and when a node's put them on the air. */
export interface TracedAdvert {
  readonly frame: LineSimpleFrame;
  readonly payload: Uint8Array;
  readonly heardAtMs: number;
}

/** The first LINE frame of `hwid` in a phone's own trace, or `undefined` if it heard none. */
export function firstHeard(path: string, hwid: string): TracedAdvert | undefined {
  for (const { packet, atMs } of records(path)) {
    const event = decodeEvent(packet);
    if (event?.kind !== 'advertising-reports') continue;
    for (const { data } of event.reports) {
      const frame = decodeFrame(data);
      if (frame.ok && frame.value.kind === 'line-simple-beacon' && frame.value.hwid === hwid) {
        return { frame: frame.value, payload: Uint8Array.from(data), heardAtMs: atMs };
      }
    }
  }
  return undefined;
}

/** When a controller in the trace was last given `payload` to advertise, before `beforeMs`. */
export function lastPutOnAir(path: string, payload: Uint8Array, beforeMs: number): number | undefined {
  return records(path)
    .filter(({ packet, atMs }) => {
      const command = decodeCommand(packet);
      if (atMs > beforeMs || command?.opcode !== OPCODE.leSetAdvertisingData) return false;
      const [length = 0] = command.params;
      return equalBytes(command.params.subarray(1, 1 + length), payload);
    })
    .at(-1)?.atMs;
}

function records(path: string): readonly BtsnoopRecord[] {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return [];
  }
  const decoded = decodeBtsnoop(file);
  return decoded.ok ? decoded.value : [];
}
