import type { CouponValue } from '../../core/manifest/offer.ts';
import type { Browser } from './browser.ts';
import type { Money } from './money.ts';

/**
 * The functions of this folder that begin with `make` or `start` run in the browser: they are served as their own text,
 * so each uses nothing but its parameters.
 */

export interface Told {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
}
export interface TillCoupon {
  readonly value: CouponValue;
  readonly valueText: string;
  readonly campaign: { readonly name: string };
  readonly validUntilText: string;
}
export interface Redeemed {
  readonly redemption: string;
  readonly coupon: TillCoupon;
  readonly discount?: Money;
}
export interface ListedRedemption {
  readonly redemption: string;
  readonly at: number;
  readonly campaign: { readonly name: string };
  readonly valueText: string;
  readonly amount?: Money;
  readonly discount?: Money;
  readonly rolledBack?: object;
  readonly canUndoUntil?: number;
}
export interface Today {
  /** The shop itself; nobody's while one practises. */
  readonly channel?: { readonly name: string };
  readonly redemptions: readonly ListedRedemption[];
}

/** What the server said; `status` 0 where it said nothing. */
export type Said<T> =
  | { readonly ok: true; readonly body: T }
  | { readonly ok: false; readonly status: number; readonly told: Told };

export interface TillApi {
  whoami(): Promise<Said<{ readonly name: string; readonly role: string }>>;
  check(code: string): Promise<Said<{ readonly coupon: TillCoupon; readonly usable: boolean; readonly why?: Told }>>;
  /** `key` stays the same when it is asked again after a lost answer. */
  redeem(body: object, key: string): Promise<Said<Redeemed>>;
  undo(redemption: string, key: string): Promise<Said<object>>;
  today(): Promise<Said<Today>>;
}

export function makeApi(browser: Browser, token: () => string, texts: Readonly<Record<string, string>>): TillApi {
  const call = async (method: string, path: string, body?: object, key?: string): Promise<Said<never>> => {
    try {
      const answer = await browser.fetch(`/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token()}`,
          'accept-language': browser.document.documentElement.lang,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const told = (await answer.json()) as { readonly error?: Told };
      if (answer.ok) return { ok: true, body: told as never };
      return { ok: false, status: answer.status, told: told.error ?? { code: 'odd', message: texts['odd'] ?? '' } };
    } catch {
      return {
        ok: false,
        status: 0,
        told: { code: 'lost', message: texts['lost'] ?? '', remedy: texts['again'] ?? '' },
      };
    }
  };
  return {
    whoami: () => call('GET', '/whoami'),
    check: (code) => call('POST', '/coupons/check', { code }),
    redeem: (body, key) => call('POST', '/redemptions', body, key),
    undo: (redemption, key) => call('POST', `/redemptions/${redemption}/rollback`, { reason: 'undo' }, key),
    today: () => call('GET', '/redemptions?limit=50'),
  };
}

/** Answers like the server and asks it nothing: every code is good, once. */
export function makePractice(texts: Readonly<Record<string, string>>): TillApi {
  const coupon: TillCoupon = {
    value: { text: texts['practiceValue'] ?? '' },
    valueText: texts['practiceValue'] ?? '',
    campaign: { name: texts['practice'] ?? '' },
    validUntilText: '',
  };
  const done: ListedRedemption[] = [];
  const used = new Map<string, string>();
  const ok = <T>(body: T): Promise<Said<T>> => Promise.resolve({ ok: true, body });
  const why: Told = { code: 'already_redeemed', message: texts['practiceUsed'] ?? '' };
  return {
    whoami: () => ok({ name: '', role: 'till' }),
    check: (code) => ok({ coupon, usable: ![...used.values()].includes(code), why }),
    redeem(body) {
      const redemption = `practice-${done.length + 1}`;
      used.set(redemption, (body as { code: string }).code);
      done.unshift({
        redemption,
        at: Date.now(),
        campaign: coupon.campaign,
        valueText: coupon.valueText,
        canUndoUntil: Date.now() + 900_000,
      });
      return ok({ redemption, coupon });
    },
    undo(redemption) {
      used.delete(redemption);
      const at = done.findIndex((one) => one.redemption === redemption);
      const one = done[at];
      if (one !== undefined) done[at] = { ...one, rolledBack: {} };
      return ok({});
    },
    today: () => ok({ redemptions: done }),
  };
}
