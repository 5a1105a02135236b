import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto';
import { randomPool } from './random-pool.ts';

/**
 * Keeps what must be read again but must not lie open in a database file or its backup: coupon codes, reply tokens,
 * node keys. AES-256-GCM, nonce and tag in front of the text.
 */
export interface Vault {
  seal(plain: Uint8Array | string): Uint8Array;
  /** Throws when the bytes were sealed with another key or changed. */
  open(sealed: Uint8Array): Buffer;
  /** Keyed digest: finds a value again without storing it. */
  digest(text: string): string;
}

const NONCE = 12;
const TAG = 16;

export function createVault(keyBytes: Uint8Array): Vault {
  if (keyBytes.length !== 32) throw new RangeError(`a vault key has 32 bytes, not ${keyBytes.length}`);
  // Made once: a key given as bytes is imported anew at every call, which costs more than the sealing (12 µs of 15).
  const key = createSecretKey(keyBytes);
  const random = randomPool();
  return {
    seal(plain) {
      const nonce = random(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
      // A counter mode holds nothing back: `final` only makes the tag.
      cipher.final();
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed) {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE));
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
    },
    digest: (text) => createHmac('sha256', key).update(text).digest('hex'),
  };
}
