import { ADV_IND, ADV_NONCONN_IND } from '../../../protocol/hci/commands.ts';
import { accept, type Result, reject } from '../../../protocol/result.ts';

/** Scannable, not connectable; our daemons never ask for it, other programs do. */
export const ADV_SCAN_IND = 2;
const MAX_DATA_BYTES = 31;
const UNIT_MS = 0.625;
/** 100 ms. Bluetooth 4.0 to 4.2 allow nothing faster where a connection cannot follow; chips on a Pi may still insist. */
const NON_CONNECTABLE_MIN_UNITS = 0xa0;

export type OwnAddress = 'public' | 'random';

export interface AdvertisingParameters {
  /** Middle of the range the host allowed. */
  readonly intervalMs: number;
  readonly pduType: number;
  readonly ownAddress: OwnAddress;
}

export interface ScanParameters {
  readonly active: boolean;
  readonly intervalMs: number;
  readonly windowMs: number;
  readonly ownAddress: OwnAddress;
}

/** LE Set Advertising Parameters. Directed adverts (types 1 and 4) address a connection and are refused. */
export function parseAdvertisingParameters(params: Uint8Array): Result<AdvertisingParameters> {
  if (params.length !== 15) return reject('length', 'advertising parameters are 15 bytes');
  const view = viewOf(params);
  const [min, max] = [view.getUint16(0, true), view.getUint16(2, true)];
  const pduType = view.getUint8(4);
  const ownAddress = ownAddressOf(view.getUint8(5));
  if (pduType !== ADV_IND && pduType !== ADV_SCAN_IND && pduType !== ADV_NONCONN_IND) {
    return reject('pdu-type', 'only undirected adverts are emulated');
  }
  const floor = pduType === ADV_IND ? 0x20 : NON_CONNECTABLE_MIN_UNITS;
  if (min < floor || max > 0x4000 || min > max) return reject('interval', `the interval is ${floor} to 16384 units`);
  const channels = view.getUint8(13);
  if (channels === 0 || channels > 7) return reject('channels', 'at least one of three channels');
  if (ownAddress === undefined) return reject('own-address', 'own address is public or random');
  return accept({ intervalMs: ((min + max) / 2) * UNIT_MS, pduType, ownAddress });
}

/** LE Set Scan Parameters. Filter policies need a white list and count as "accept all". */
export function parseScanParameters(params: Uint8Array): Result<ScanParameters> {
  if (params.length !== 7) return reject('length', 'scan parameters are 7 bytes');
  const view = viewOf(params);
  const kind = view.getUint8(0);
  const [interval, window] = [view.getUint16(1, true), view.getUint16(3, true)];
  const ownAddress = ownAddressOf(view.getUint8(5));
  if (kind > 1) return reject('scan-type', 'scanning is passive or active');
  if (interval < 4 || interval > 0x4000 || window < 4 || window > interval) {
    return reject('interval', 'interval and window are 4 to 16384 units, the window not longer than the interval');
  }
  if (ownAddress === undefined) return reject('own-address', 'own address is public or random');
  return accept({ active: kind === 1, intervalMs: interval * UNIT_MS, windowMs: window * UNIT_MS, ownAddress });
}

/** Advertising or scan response data: a length, then always 31 bytes of room. The result is a copy. */
export function parseData(params: Uint8Array): Result<Uint8Array> {
  const [length] = params;
  if (params.length !== 1 + MAX_DATA_BYTES || length === undefined || length > MAX_DATA_BYTES) {
    return reject('length', 'data are 32 bytes, the first says how many of the others count');
  }
  return accept(params.slice(1, 1 + length));
}

/** A byte that may only say no or yes. */
export const parseFlag = (byte: number | undefined): boolean | undefined =>
  byte === 0 ? false : byte === 1 ? true : undefined;

const ownAddressOf = (byte: number): OwnAddress | undefined =>
  byte === 0 ? 'public' : byte === 1 ? 'random' : undefined;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
