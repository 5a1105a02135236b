/** Bytes are plain `Uint8Array`s; text forms are lower-case hexadecimal without separators. */

/** Hexadecimal text of `bytes`, lower case. */
export const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

/** Bytes of hexadecimal `text`; blanks, colons and hyphens between bytes are ignored; `undefined` if it is not whole bytes. */
export function parseHex(text: string): Uint8Array | undefined {
  const bare = text.replace(/[\s:-]/g, '');
  if (bare.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(bare)) return undefined;
  return Uint8Array.from(Buffer.from(bare, 'hex'));
}

/** A byte literal for code and tests: hex`02 01 06`. Throws on a malformed literal, which is a bug. */
export function hex(parts: TemplateStringsArray, ...values: readonly (string | number)[]): Uint8Array {
  const text = String.raw({ raw: parts.raw }, ...values);
  const bytes = parseHex(text);
  if (bytes === undefined) throw new Error(`malformed byte literal: ${text}`);
  return bytes;
}

export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** A byte as two's complement, −128…127. */
export const int8 = (byte: number): number => (byte << 24) >> 24;
