import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { EpochMs } from '../../../protocol/units.ts';
import { readIdentity } from '../member/identity.ts';
import type { Identity } from '../ports.ts';
import type { RollbackReason, Tender } from './types.ts';

/** What a till asks, read and found well formed. Where something is absent it was not said. */

/** A coupon, as scanned or typed, or by the lock this till has on it. */
export interface CouponRef {
  readonly code?: string | undefined;
  readonly lock?: string | undefined;
}

export interface RedeemAsked extends CouponRef {
  readonly amount?: number | undefined;
  readonly currency?: string | undefined;
  readonly order?: string | undefined;
  readonly tender?: Tender | undefined;
  readonly staff?: string | undefined;
  readonly phone?: string | undefined;
  readonly card?: string | undefined;
  readonly consent?: { readonly wording: string } | undefined;
}

export interface RollbackAsked {
  readonly redemption: string;
  readonly reason: RollbackReason;
  readonly staff?: string | undefined;
}

export interface SaleLine {
  readonly sku: string;
  readonly name?: string | undefined;
  readonly quantity: number;
  readonly amount: number;
}

export interface SaleAsked {
  readonly transaction: string;
  readonly at?: EpochMs | undefined;
  readonly amount: number;
  readonly currency: string;
  readonly tender?: Tender | undefined;
  readonly staff?: string | undefined;
  readonly card?: string | undefined;
  readonly phone?: string | undefined;
  readonly code?: string | undefined;
  readonly member?: string | undefined;
  readonly lines?: readonly SaleLine[] | undefined;
}

export interface RefundAsked {
  readonly transaction: string;
  /** Absent: all that is left. */
  readonly amount?: number | undefined;
  readonly reason?: string | undefined;
}

export type IdentitiesRead =
  | { readonly ok: true; readonly identities: readonly Identity[] }
  | {
      readonly ok: false;
      readonly refusal:
        | { readonly code: 'bad_phone'; readonly where: 'phone' }
        | { readonly code: 'bad_card'; readonly where: 'card' };
    };

/** Where a number without its country is from. */
const HOME: CountryCode = 'TW';

/** A phone and a card as cashiers type them, in the form they are stored and found by. */
export function readIdentities({ phone, card }: Pick<RedeemAsked, 'phone' | 'card'>): IdentitiesRead {
  const identities: Identity[] = [];
  if (phone !== undefined) {
    const number = parsePhoneNumberFromString(phone.normalize('NFKC'), HOME);
    if (number?.isPossible() !== true) return { ok: false, refusal: { code: 'bad_phone', where: 'phone' } };
    identities.push({ kind: 'phone', issuer: 'phone', subject: number.number });
  }
  if (card !== undefined) {
    const read = readIdentity('pos_card', card, undefined);
    if (!read.ok) return { ok: false, refusal: { code: 'bad_card', where: 'card' } };
    identities.push(read.value);
  }
  return { ok: true, identities };
}
