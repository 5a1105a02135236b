import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { accept, type Result, reject } from '../../../protocol/result.ts';
import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import type { MemberId } from '../ids.ts';

/**
 * A personal link to a form, `/f/<form>?t=<token>`: who may fill it in, and until when. Whoever has the link is believed
 * to be the member it was sent to, so it is short-lived and opens nothing but this one form.
 *
 *   token = base64url(member \0 expiry in ms, base 36) . base64url(first 16 bytes of HMAC-SHA256(key, form \0 payload))
 */
export interface FormLink {
  readonly form: string;
  readonly member: MemberId;
  readonly expiresAt: EpochMs;
}

/** A week: long enough to be answered on the next free evening. */
export const FORM_LINK_LIFE_MS = 7 * 86_400_000;

const MAC_BYTES = 16;

/** The key of form links, from the one secret of the data folder; every process of the service has the same. */
export const formLinkKey = (vaultKey: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', vaultKey, new Uint8Array(), 'form links', 32));

export function signFormLink({ form, member, expiresAt }: FormLink, key: Uint8Array): string {
  const payload = Buffer.from(`${member}\0${expiresAt.toString(36)}`).toString('base64url');
  return `${payload}.${macOf(form, payload, key).toString('base64url')}`;
}

export function readFormLink(
  form: string,
  token: string,
  key: Uint8Array,
  now: EpochMs,
): Result<FormLink, 'malformed' | 'forged' | 'expired'> {
  const [payload = '', mac = '', ...more] = token.split('.');
  const given = Buffer.from(mac, 'base64url');
  if (payload === '' || given.length !== MAC_BYTES || more.length > 0)
    return reject('malformed', 'this is no link of ours');
  if (!timingSafeEqual(given, macOf(form, payload, key))) return reject('forged', 'this link was not made by us');
  const [member = '', expiry = ''] = Buffer.from(payload, 'base64url').toString('utf8').split('\0');
  const expiresAt = epochMs(Number.parseInt(expiry, 36));
  if (now >= expiresAt) return reject('expired', 'this link is too old; ask for a new one in the chat');
  return accept({ form, member: member as MemberId, expiresAt });
}

const macOf = (form: string, payload: string, key: Uint8Array): Buffer =>
  createHmac('sha256', key).update(`${form}\0${payload}`).digest().subarray(0, MAC_BYTES);
