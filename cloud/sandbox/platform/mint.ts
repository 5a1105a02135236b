/**
 * Everything the LINE platform makes up: ids, tokens, request ids. Randomness comes in as a port, so that a test
 * can make the platform repeat itself to the byte.
 */

/** `count` unpredictable bytes. */
export type Entropy = (count: number) => Uint8Array;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** `U` and 32 hex digits; as long as an official account's own id. */
export const mintUserId = (entropy: Entropy): string => `U${hexOf(entropy(16))}`;

export const mintReplyToken = (entropy: Entropy): string => hexOf(entropy(16));

/** Access tokens of the real platform are long and opaque; only "unguessable" matters here. */
export const mintAccessToken = (entropy: Entropy): string => Buffer.from(entropy(48)).toString('base64url');

export const mintQuoteToken = (entropy: Entropy): string => Buffer.from(entropy(24)).toString('base64url');

/** 32 hex digits, as the console shows it. */
export const mintChannelSecret = (entropy: Entropy): string => hexOf(entropy(16));

/** A version 4 UUID, the form of `x-line-request-id`. */
export function mintRequestId(entropy: Entropy): string {
  const bytes = Buffer.from(entropy(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const text = hexOf(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

/** Message ids are decimal digits in a string: too large for a number, so nobody may parse them as one. */
export const mintMessageId = (entropy: Entropy): string =>
  String(Buffer.from(entropy(8)).readBigUInt64BE() % 10n ** 18n).padStart(18, '5');

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID: 48 bits of time, then 80 random bits, in 26 characters of Crockford's base 32. */
export function mintUlid(atMs: number, entropy: Entropy): string {
  let value = (BigInt(Math.trunc(atMs)) << 80n) | BigInt(`0x${hexOf(entropy(10))}`);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = (CROCKFORD[Number(value & 31n)] ?? '') + text;
    value >>= 5n;
  }
  return text;
}
