import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type CouponId, idKind } from '../ids.ts';

/**
 * The address of a coupon's own page, `/c/<token>`: whoever has it sees the code, so it must not be guessed from the
 * code nor from the coupon's id, and it opens nothing but this one page.
 *
 *   token = the coupon's id without its prefix . base64url(first 16 bytes of HMAC-SHA256(key, id))
 */

const MAC_BYTES = 16;

/** The key of coupon pages, from the one secret of the data folder; every process of the service has the same. */
export const couponPageKey = (vaultKey: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', vaultKey, new Uint8Array(), 'coupon pages', 32));

export const couponToken = (id: CouponId, key: Uint8Array): string =>
  `${id.slice(PREFIX.length)}.${macOf(id, key).toString('base64url')}`;

/** Whose page a token opens; `undefined` where we did not make it. */
export function readCouponToken(token: string, key: Uint8Array): CouponId | undefined {
  const [name = '', mac = '', ...more] = token.split('.');
  const id = `${PREFIX}${name}`;
  const given = Buffer.from(mac, 'base64url');
  if (idKind(id) !== 'coupon' || given.length !== MAC_BYTES || more.length > 0) return undefined;
  return timingSafeEqual(given, macOf(id, key)) ? (id as CouponId) : undefined;
}

const PREFIX = 'cpn_';

const macOf = (id: string, key: Uint8Array): Buffer =>
  createHmac('sha256', key).update(id).digest().subarray(0, MAC_BYTES);
