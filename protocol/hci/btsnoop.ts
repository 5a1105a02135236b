import { concatBytes } from '../bytes.ts';
import { accept, type Result, reject } from '../result.ts';
import { H4_ACL, H4_COMMAND, H4_EVENT, H4_SCO } from './h4.ts';

/**
 * HCI traces in the btsnoop format with the Linux monitor datalink: several adapters in one file, opened by `btmon -r`
 * and Wireshark. All numbers are big endian; a record names adapter and packet type in its flags and drops the H4 byte.
 */
export interface BtsnoopRecord {
  readonly adapter: number;
  /** Wall time in milliseconds since 1970, fractions down to the microsecond. */
  readonly atMs: number;
  /** H4 packet, type byte included. */
  readonly packet: Uint8Array;
  /** Which way data went, as H4 does not say it for ACL and SCO; received where left out. */
  readonly direction?: 'sent' | 'received';
}

export type BtsnoopRejectCode = 'not-btsnoop' | 'btsnoop-version' | 'btsnoop-datalink' | 'btsnoop-truncated';

const MAGIC = Uint8Array.from(Buffer.from('btsnoop\0', 'latin1'));
const VERSION = 1;
const MONITOR_DATALINK = 2001;
const HEADER_BYTES = 16;
const RECORD_HEADER_BYTES = 24;
/** Where 1970 lies in btsnoop's microseconds. BlueZ and Wireshark agree on it, the calendar's year 0 would be 12 days off. */
const UNIX_EPOCH_US = 0x00dcddb30f2f8000n;

const MONITOR_OPCODES: ReadonlyArray<{ opcode: number; h4: number; direction: 'sent' | 'received' }> = [
  { opcode: 2, h4: H4_COMMAND, direction: 'sent' },
  { opcode: 3, h4: H4_EVENT, direction: 'received' },
  { opcode: 4, h4: H4_ACL, direction: 'sent' },
  { opcode: 5, h4: H4_ACL, direction: 'received' },
  { opcode: 6, h4: H4_SCO, direction: 'sent' },
  { opcode: 7, h4: H4_SCO, direction: 'received' },
];

/** The 16 bytes a trace begins with. */
export function btsnoopHeader(): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  const view = new DataView(header.buffer);
  view.setUint32(8, VERSION);
  view.setUint32(12, MONITOR_DATALINK);
  return header;
}

/** One record to append. Throws `RangeError` on a packet that is none of H4's four kinds. */
export function encodeBtsnoopRecord({ adapter, atMs, packet, direction }: BtsnoopRecord): Uint8Array {
  const kinds = MONITOR_OPCODES.filter((candidate) => candidate.h4 === packet[0]);
  const kind = kinds.find((candidate) => candidate.direction === (direction ?? 'received')) ?? kinds[0];
  if (kind === undefined) throw new RangeError(`not an H4 packet: its type is ${packet[0] ?? 'missing'}`);
  const header = new Uint8Array(RECORD_HEADER_BYTES);
  const view = new DataView(header.buffer);
  const body = packet.subarray(1);
  view.setUint32(0, body.length);
  view.setUint32(4, body.length);
  view.setUint16(8, adapter);
  view.setUint16(10, kind.opcode);
  view.setBigUint64(16, UNIX_EPOCH_US + BigInt(Math.round(atMs * 1000)));
  return concatBytes(header, body);
}

/** The HCI packets of a trace; notes of the monitor that are none (new adapter, system note) are passed over. */
export function decodeBtsnoop(file: Uint8Array): Result<BtsnoopRecord[], BtsnoopRejectCode> {
  const isBtsnoop = file.length >= HEADER_BYTES && MAGIC.every((byte, index) => file[index] === byte);
  if (!isBtsnoop) return reject('not-btsnoop', 'the file does not begin like a btsnoop trace');
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  if (view.getUint32(8) !== VERSION) return reject('btsnoop-version', `btsnoop version ${view.getUint32(8)}`);
  const datalink = view.getUint32(12);
  if (datalink !== MONITOR_DATALINK) {
    return reject('btsnoop-datalink', `datalink ${datalink} instead of the Linux monitor's ${MONITOR_DATALINK}`);
  }

  const records: BtsnoopRecord[] = [];
  for (let start = HEADER_BYTES; start < file.length; ) {
    const bodyStart = start + RECORD_HEADER_BYTES;
    const bodyEnd = bodyStart <= file.length ? bodyStart + view.getUint32(start + 4) : Number.POSITIVE_INFINITY;
    if (bodyEnd > file.length) return reject('btsnoop-truncated', `the record at byte ${start} is cut short`);
    const kind = MONITOR_OPCODES.find((candidate) => candidate.opcode === view.getUint16(start + 10));
    if (kind !== undefined) {
      records.push({
        adapter: view.getUint16(start + 8),
        atMs: Number(view.getBigUint64(start + 16) - UNIX_EPOCH_US) / 1000,
        packet: concatBytes(Uint8Array.of(kind.h4), file.subarray(bodyStart, bodyEnd)),
        direction: kind.direction,
      });
    }
    start = bodyEnd;
  }
  return accept(records);
}
