import { hash } from 'node:crypto';
import type { Brand } from '../../protocol/brand.ts';
import type { MonoMs } from '../../protocol/units.ts';

/**
 * Stands for one radio address for as long as a key lives, and can be compared with other tokens of that key and nothing
 * else. An address is personal data; it is turned into this where it comes off the controller.
 */
export type AdvertiserToken = Brand<string, 'AdvertiserToken'>;

export interface AdvertiserTokens {
  /** `address` as a number, see `reportAddress`. */
  of(address: number, at: MonoMs): AdvertiserToken;
}

/** 64 bits: among a million advertisers the chance that two share a token is below one in ten million. */
const TOKEN_HEX_DIGITS = 16;

/**
 * Tags and phones advertise several times a second: most adverts come from somebody who was just heard. Each address has
 * one place, which the next that falls on it takes; a prime number of places scatters them.
 */
const REMEMBERED = 2_039;

/**
 * A keyed hash whose key exists in memory only and is thrown away after `keyLifeMs`: without it the few million addresses
 * one maker has can no longer be tried out. The life is measured on the monotonic clock, because a node may not know the
 * date. An advertiser heard on both sides of a change counts as two.
 */
export function createAdvertiserTokens(options: {
  readonly newKey: () => Uint8Array;
  readonly keyLifeMs: number;
}): AdvertiserTokens {
  const addresses = new Float64Array(REMEMBERED).fill(Number.NaN);
  const remembered = new Array<AdvertiserToken | undefined>(REMEMBERED).fill(undefined);
  let key: string | undefined;
  let madeAt = Number.NEGATIVE_INFINITY;

  // A key in front of input of one length is as good as an HMAC where the digest is cut, and costs a thirtieth.
  const make = (address: number): AdvertiserToken => {
    const text = address.toString(16).padStart(12, '0');
    return hash('sha256', `${key}${text}`, 'hex').slice(0, TOKEN_HEX_DIGITS) as AdvertiserToken;
  };

  return {
    of(address, at) {
      if (key === undefined || at - madeAt >= options.keyLifeMs) {
        key = Buffer.from(options.newKey()).toString('hex');
        madeAt = at;
        addresses.fill(Number.NaN);
        remembered.fill(undefined);
      }
      // Of 32 bits: the remainder of a 48-bit number is no integer operation, and took 6 % of the way from bytes to presence.
      const place = (address >>> 0) % REMEMBERED;
      const known = addresses[place] === address ? remembered[place] : undefined;
      if (known !== undefined) return known;
      const token = make(address);
      addresses[place] = address;
      remembered[place] = token;
      return token;
    },
  };
}
