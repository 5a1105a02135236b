import { concatBytes, int8 } from '../bytes.ts';
import { MAX_ADVERT_BYTES } from '../frames/ad.ts';
import { type RssiDbm, rssiDbm } from '../units.ts';
import { addressNumber, decodeAddress, encodeAddress } from './address.ts';
import { H4_EVENT } from './h4.ts';

/** One advert as the controller reports it. */
export interface AdvertisingReport {
  /** 0 ADV_IND, 1 directed, 2 scannable, 3 ADV_NONCONN_IND, 4 scan response. */
  readonly pduType: number;
  /** 0 public, 1 random; 2 and 3 the same resolved. */
  readonly addressType: number;
  /** `aa:bb:cc:dd:ee:ff` */
  readonly address: string;
  readonly data: Uint8Array;
  /** Absent where the controller said "not available" or something no antenna gives. */
  readonly rssi: RssiDbm | undefined;
}

export type HciEvent =
  | {
      readonly kind: 'command-complete';
      readonly opcode: number;
      readonly status: number;
      readonly returnParams: Uint8Array;
    }
  | { readonly kind: 'command-status'; readonly opcode: number; readonly status: number }
  | { readonly kind: 'advertising-reports'; readonly reports: AdvertisingReport[] }
  | { readonly kind: 'other'; readonly code: number };

const COMMAND_COMPLETE = 0x0e;
const COMMAND_STATUS = 0x0f;
const LE_META = 0x3e;
const LE_ADVERTISING_REPORT = 0x02;
const RSSI_NOT_AVAILABLE = 127;
/** H4 type, event code, length. */
const EVENT_HEADER = 3;
/** PDU type, address type, address, data length. */
const REPORT_HEADER = 9;

/** Where one advertising report lies in its packet. */
export interface ReportPlace {
  /** Of the PDU type, with the address types and the address behind it. */
  readonly start: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly rssi: RssiDbm | undefined;
}

/** Walks over the reports of one packet after the other. It is itself the place where it stands: keep no hold of that. */
export interface ReportWalk extends ReportPlace {
  /** Goes to before the first report of a packet that {@link isAdvertisingReports}. */
  begin(packet: Uint8Array): void;
  /** Goes to the next report of that packet; `false` when there is none. */
  next(packet: Uint8Array): boolean;
}

/** Whether an H4 packet is an LE Advertising Report event, by far the most frequent one on a scanning adapter. */
export const isAdvertisingReports = (packet: Uint8Array): boolean =>
  packet[0] === H4_EVENT && packet[1] === LE_META && packet[3] === LE_ADVERTISING_REPORT;

/**
 * For a scanner, which looks at thousands of reports a second and wants few: no object, text, view or closure is made for
 * any of them.
 *
 * The specification prints the fields as parallel arrays; controllers, Linux and noble all send whole reports one after
 * the other. A report cut short ends the walk: nothing behind it has a known place.
 */
class Walk implements ReportWalk {
  start = 0;
  dataStart = 0;
  dataEnd = 0;
  rssi: RssiDbm | undefined = undefined;
  #end = 0;
  #left = 0;

  begin(packet: Uint8Array): void {
    this.#end = Math.min(packet.length, EVENT_HEADER + (packet[2] ?? 0));
    this.#left = packet[EVENT_HEADER + 1] ?? 0;
    this.dataEnd = EVENT_HEADER + 1;
  }

  next(packet: Uint8Array): boolean {
    if (this.#left === 0) return false;
    this.start = this.dataEnd + 1;
    this.dataStart = this.start + REPORT_HEADER;
    if (this.dataStart > this.#end) return this.#stop();
    this.dataEnd = this.dataStart + (packet[this.dataStart - 1] ?? 0);
    if (this.dataEnd >= this.#end) return this.#stop();
    this.rssi = rssiDbm(int8(packet[this.dataEnd] ?? RSSI_NOT_AVAILABLE));
    this.#left -= 1;
    return true;
  }

  #stop(): false {
    this.#left = 0;
    return false;
  }
}

export const createReportWalk = (): ReportWalk => new Walk();

/** The sender's address as one 48-bit number, which is cheaper to keep and to look up than its text. */
export const reportAddress = (packet: Uint8Array, { start }: ReportPlace): number => addressNumber(packet, start + 2);

/**
 * The event in an H4 packet; `undefined` if the packet is another kind or has no whole header.
 * Byte fields are views of the packet: keep a copy of what must outlive it.
 */
export function decodeEvent(packet: Uint8Array): HciEvent | undefined {
  const [type, code, length] = packet;
  if (type !== H4_EVENT || code === undefined || length === undefined) return undefined;
  const params = packet.subarray(EVENT_HEADER, EVENT_HEADER + length);
  if (code === LE_META && params[0] === LE_ADVERTISING_REPORT) {
    return { kind: 'advertising-reports', reports: decodeReports(packet) };
  }
  if (code === COMMAND_COMPLETE && params.length >= 4) {
    const [, low = 0, high = 0, status = 0] = params;
    return { kind: 'command-complete', opcode: low + high * 0x100, status, returnParams: params.subarray(4) };
  }
  if (code === COMMAND_STATUS && params.length >= 4) {
    const [status = 0, , low = 0, high = 0] = params;
    return { kind: 'command-status', opcode: low + high * 0x100, status };
  }
  return { kind: 'other', code };
}

function decodeReports(packet: Uint8Array): AdvertisingReport[] {
  const reports: AdvertisingReport[] = [];
  const walk = createReportWalk();
  walk.begin(packet);
  while (walk.next(packet)) {
    reports.push({
      pduType: packet[walk.start] ?? 0,
      addressType: packet[walk.start + 1] ?? 0,
      address: decodeAddress(packet, walk.start + 2),
      data: packet.subarray(walk.dataStart, walk.dataEnd),
      rssi: walk.rssi,
    });
  }
  return reports;
}

/** One LE Advertising Report event. Throws `RangeError` where data exceed 31 bytes or the reports do not fit one event. */
export function encodeAdvertisingReports(reports: readonly AdvertisingReport[]): Uint8Array {
  return encodeEvent(LE_META, Uint8Array.of(LE_ADVERTISING_REPORT, reports.length), ...reports.map(encodeReport));
}

function encodeReport({ pduType, addressType, address, data, rssi }: AdvertisingReport): Uint8Array {
  if (data.length > MAX_ADVERT_BYTES) throw new RangeError(`an advert has at most 31 bytes, not ${data.length}`);
  return concatBytes(
    Uint8Array.of(pduType, addressType),
    encodeAddress(address),
    Uint8Array.of(data.length),
    data,
    Uint8Array.of(rssi ?? RSSI_NOT_AVAILABLE),
  );
}

/** A controller's answer to a command; one further command is allowed. */
export const encodeCommandComplete = (
  opcode: number,
  status: number,
  returnParams: Uint8Array = new Uint8Array(0),
): Uint8Array => encodeEvent(COMMAND_COMPLETE, Uint8Array.of(1, opcode & 0xff, opcode >> 8, status), returnParams);

function encodeEvent(code: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const params = concatBytes(...parts);
  if (params.length > 0xff) throw new RangeError(`an HCI event has at most 255 parameter bytes, not ${params.length}`);
  return concatBytes(Uint8Array.of(H4_EVENT, code, params.length), params);
}
