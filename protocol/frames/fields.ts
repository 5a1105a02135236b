import { parseHex } from '../bytes.ts';

/** Encoders of single fields. They throw `RangeError`: a value that does not fit is a bug of the caller, not bad input. */

export function bigEndian16(what: string, value: number): Uint8Array {
  mustFit(what, value, 0, 0xffff);
  return Uint8Array.of(value >> 8, value & 0xff);
}

export function littleEndian16(what: string, value: number): Uint8Array {
  mustFit(what, value, 0, 0xffff);
  return Uint8Array.of(value & 0xff, value >> 8);
}

export function unsignedByte(what: string, value: number): Uint8Array {
  mustFit(what, value, 0, 0xff);
  return Uint8Array.of(value);
}

export function signedByte(what: string, value: number): Uint8Array {
  mustFit(what, value, -128, 127);
  return Uint8Array.of(value & 0xff);
}

/** Hexadecimal text of exactly `length` bytes. */
export function hexField(what: string, text: string, length: number): Uint8Array {
  const bytes = parseHex(text);
  if (bytes?.length !== length) throw new RangeError(`${what} must be ${length} bytes in hexadecimal, not "${text}"`);
  return bytes;
}

function mustFit(what: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${what} must be ${min} to ${max}, not ${value}`);
  }
}
