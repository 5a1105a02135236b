import { MAX_ADVERT_BYTES } from '../frames/ad.ts';
import { encodeAddress } from './address.ts';
import { H4_COMMAND } from './h4.ts';

/** The commands our daemons send and our emulated controllers answer, by the names of the Core Specification (vol 4, part E, 7). */
export const OPCODE = {
  setEventMask: 0x0c01,
  reset: 0x0c03,
  readLeHostSupported: 0x0c6c,
  writeLeHostSupported: 0x0c6d,
  readLocalVersion: 0x1001,
  readLocalCommands: 0x1002,
  readLocalFeatures: 0x1003,
  readBufferSize: 0x1005,
  readBdAddr: 0x1009,
  leSetEventMask: 0x2001,
  leReadBufferSize: 0x2002,
  leReadLocalFeatures: 0x2003,
  leSetRandomAddress: 0x2005,
  leSetAdvertisingParameters: 0x2006,
  leReadAdvertisingTxPower: 0x2007,
  leSetAdvertisingData: 0x2008,
  leSetScanResponseData: 0x2009,
  leSetAdvertiseEnable: 0x200a,
  leSetScanParameters: 0x200b,
  leSetScanEnable: 0x200c,
  leReadWhiteListSize: 0x200f,
  leClearWhiteList: 0x2010,
  leAddToWhiteList: 0x2011,
  leRemoveFromWhiteList: 0x2012,
  leRand: 0x2018,
  leReadSupportedStates: 0x201c,
} as const;

/** Connectable and scannable; what bleno always sends. */
export const ADV_IND = 0;
/** Neither connectable nor scannable: the broadcaster role. */
export const ADV_NONCONN_IND = 3;
export type AdvertisingType = typeof ADV_IND | typeof ADV_NONCONN_IND;

/** H4 command packet. Throws `RangeError` where opcode or parameters do not fit. */
export function encodeCommand(opcode: number, params: Uint8Array = new Uint8Array(0)): Uint8Array {
  inRange('opcode', opcode, 0, 0xffff);
  inRange('parameter length', params.length, 0, 0xff);
  const packet = new Uint8Array(4 + params.length);
  packet.set([H4_COMMAND, opcode & 0xff, opcode >> 8, params.length]);
  packet.set(params, 4);
  return packet;
}

/** The command in an H4 packet (`params` is a view of it), or `undefined` if it is another kind or cut short. */
export function decodeCommand(packet: Uint8Array): { opcode: number; params: Uint8Array } | undefined {
  const [type, low, high, length] = packet;
  if (type !== H4_COMMAND || low === undefined || high === undefined || length === undefined) return undefined;
  if (packet.length < 4 + length) return undefined;
  return { opcode: low + high * 0x100, params: packet.subarray(4, 4 + length) };
}

/** Intervals count 0.625 ms: 244 units are 152.5 ms. All three channels, no filter. */
export function leSetAdvertisingParameters(options: {
  readonly intervalUnits: number;
  readonly type: AdvertisingType;
  readonly ownAddress?: 'public' | 'random';
}): Uint8Array {
  inRange('advertising interval', options.intervalUnits, 0x20, 0x4000);
  const params = new Uint8Array(15);
  const view = new DataView(params.buffer);
  view.setUint16(0, options.intervalUnits, true);
  view.setUint16(2, options.intervalUnits, true);
  params[4] = options.type;
  params[5] = options.ownAddress === 'random' ? 1 : 0;
  params[13] = 0b111;
  return encodeCommand(OPCODE.leSetAdvertisingParameters, params);
}

/** `payload` is a whole advert, at most 31 bytes; the command pads it with zeros. */
export function leSetAdvertisingData(payload: Uint8Array): Uint8Array {
  inRange('advert length', payload.length, 0, MAX_ADVERT_BYTES);
  const params = new Uint8Array(1 + MAX_ADVERT_BYTES);
  params[0] = payload.length;
  params.set(payload, 1);
  return encodeCommand(OPCODE.leSetAdvertisingData, params);
}

export const leSetAdvertiseEnable = (on: boolean): Uint8Array =>
  encodeCommand(OPCODE.leSetAdvertiseEnable, Uint8Array.of(on ? 1 : 0));

/** Interval and window count 0.625 ms; a window as long as its interval listens all the time. */
export function leSetScanParameters(options: {
  readonly active: boolean;
  readonly intervalUnits: number;
  readonly windowUnits: number;
}): Uint8Array {
  inRange('scan interval', options.intervalUnits, 4, 0x4000);
  inRange('scan window', options.windowUnits, 4, options.intervalUnits);
  const params = new Uint8Array(7);
  const view = new DataView(params.buffer);
  params[0] = options.active ? 1 : 0;
  view.setUint16(1, options.intervalUnits, true);
  view.setUint16(3, options.windowUnits, true);
  return encodeCommand(OPCODE.leSetScanParameters, params);
}

export const leSetScanEnable = (options: { readonly enabled: boolean; readonly filterDuplicates: boolean }) =>
  encodeCommand(OPCODE.leSetScanEnable, Uint8Array.of(options.enabled ? 1 : 0, options.filterDuplicates ? 1 : 0));

/** `address` as `aa:bb:cc:dd:ee:ff`. A controller refuses it while advertising or scanning. */
export const leSetRandomAddress = (address: string): Uint8Array =>
  encodeCommand(OPCODE.leSetRandomAddress, encodeAddress(address));

function inRange(what: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${what} must be ${min} to ${max}, not ${value}`);
  }
}
