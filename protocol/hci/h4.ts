import { concatBytes } from '../bytes.ts';
import { accept, type Result, reject } from '../result.ts';

/**
 * H4, the UART transport of HCI: every packet is preceded by one byte that says what it is.
 * There are no frame marks, so a stream that lost its place cannot find it again: the link must be reopened.
 */
export const H4_COMMAND = 1;
export const H4_ACL = 2;
export const H4_SCO = 3;
export const H4_EVENT = 4;

type H4Framer = (chunk: Uint8Array) => Result<Uint8Array[], 'framing-lost'>;

/**
 * Cuts a byte stream into whole packets, type byte included, and keeps the rest for the next chunk.
 * Packets are views of the chunk where possible. After `framing-lost` the framer stays lost.
 */
export function createH4Framer(): H4Framer {
  let rest: Uint8Array = new Uint8Array(0);
  let lostAt: number | undefined;

  return (chunk) => {
    if (lostAt !== undefined) return framingLost(lostAt);
    const stream = rest.length === 0 ? chunk : concatBytes(rest, chunk);
    const packets: Uint8Array[] = [];
    let start = 0;
    while (start < stream.length) {
      const size = packetSize(stream, start);
      if (size === 'unknown-type') {
        lostAt = stream[start] ?? 0;
        return framingLost(lostAt);
      }
      if (size === 'incomplete' || start + size > stream.length) break;
      packets.push(stream.subarray(start, start + size));
      start += size;
    }
    rest = stream.subarray(start);
    return accept(packets);
  };
}

const framingLost = (byte: number) => reject('framing-lost', `0x${byte.toString(16)} is not an H4 packet type`);

/** Whole length of the packet that begins at `start`, once its header is there. */
function packetSize(stream: Uint8Array, start: number): number | 'incomplete' | 'unknown-type' {
  const at = (offset: number): number | undefined => stream[start + offset];
  switch (at(0)) {
    case H4_COMMAND:
    case H4_SCO:
      return sized(4, at(3));
    case H4_EVENT:
      return sized(3, at(2));
    case H4_ACL: {
      const high = at(4);
      return sized(5, high === undefined ? undefined : (at(3) ?? 0) + high * 0x100);
    }
    default:
      return 'unknown-type';
  }
}

const sized = (header: number, length: number | undefined): number | 'incomplete' =>
  length === undefined ? 'incomplete' : header + length;
