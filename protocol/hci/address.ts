/** Radio addresses are text in display order, `aa:bb:cc:dd:ee:ff`; HCI carries their six bytes in reverse. */

const HEX_BYTE: readonly string[] = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

/** The address whose six wire bytes begin at `offset`; the caller has checked that they are there. */
export function decodeAddress(bytes: Uint8Array, offset: number): string {
  const at = (index: number): string => HEX_BYTE[bytes[offset + index] ?? 0] ?? '00';
  return `${at(5)}:${at(4)}:${at(3)}:${at(2)}:${at(1)}:${at(0)}`;
}

/** The same address as a number: `c0:01:02:03:04:05` is 0xc00102030405. */
export function addressNumber(bytes: Uint8Array, offset: number): number {
  const at = (index: number): number => bytes[offset + index] ?? 0;
  const low = at(0) + at(1) * 0x100 + at(2) * 0x1_0000;
  const high = at(3) + at(4) * 0x100 + at(5) * 0x1_0000;
  return high * 0x100_0000 + low;
}

/** Six wire bytes. Throws `RangeError` on text that is no address, which is a bug of the caller. */
export function encodeAddress(address: string): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(address)) throw new RangeError(`not a radio address: ${address}`);
  return Uint8Array.from(address.split(':').reverse(), (byte) => Number.parseInt(byte, 16));
}
