import { randomBytes, randomUUID } from 'node:crypto';
import { ID_PREFIX, type Mint } from '../core/ids.ts';

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ids sort by the millisecond they were made in (48 bits of time, 80 random), like a ULID, in lower case. */
export const systemMint: Mint = {
  id: (kind) =>
    `${ID_PREFIX[kind]}_${base32(BigInt(Date.now()), 10)}${base32(BigInt(`0x${randomBytes(10).toString('hex')}`), 16)}`,
  uuid: randomUUID,
  bytes: (length) => randomBytes(length),
};

function base32(value: bigint, digits: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < digits; i++) {
    text = BASE32[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}
