import { epochMs } from '../../protocol/units.ts';
import type { CouponLife } from '../core/coupon/step.ts';
import type { CouponRef } from '../core/till/asked.ts';
import { channelKey, type Redeemed } from '../core/till/judge.ts';
import type { TillRefusal } from '../core/till/refusal.ts';
import { readScan } from '../core/till/scan.ts';
import type { CouponFacts } from '../core/till/types.ts';
import type { TillTx } from './till-context.ts';
import { guessRows } from './till-guesses.ts';
import { couponFacts } from './till-rows.ts';

/** A coupon at a till, held against others until the transaction ends. */
export interface HeldCoupon {
  readonly facts: CouponFacts;
  readonly memberId: string;
  readonly life: CouponLife;
  /** Where it was redeemed, if it is. */
  readonly redeemed?: Redeemed;
  /** The lock it was asked for by, which is this till's. */
  readonly lock?: string;
}

export type Found =
  | { readonly ok: true; readonly coupon: HeldCoupon }
  | { readonly ok: false; readonly refusal: TillRefusal };

/**
 * The coupon a till means. Codes that could be and are not count as guesses of its token, and nothing is said to a token
 * that guessed too often: not even of codes that are.
 */
export async function findCoupon(tx: TillTx, ref: CouponRef): Promise<Found> {
  const until = await guessRows(tx.db).lockedUntil(tx.till.tokenId, tx.now);
  if (until !== undefined) return tooMany(tx, until);
  const byLock = ref.lock === undefined ? undefined : await couponOfLock(tx, ref.lock);
  if (ref.lock !== undefined && byLock === undefined) return no({ code: 'lock_lost' });
  if (ref.code === undefined) {
    if (byLock === undefined) throw new Error('neither code nor lock');
    return await hold(tx, byLock, ref.lock);
  }
  const scan = readScan(ref.code);
  if (!scan.ok) return no({ code: scan.reject.code });
  const id = await (scan.value.kind === 'code'
    ? idOfCode(tx, scan.value.code)
    : idOfPage(tx, tx.couponOfPage(scan.value.token)));
  if (id === undefined) {
    const lockedUntil = await guessRows(tx.db).add(tx.till, tx.now);
    return lockedUntil === undefined ? no({ code: 'unknown_code' }) : tooMany(tx, lockedUntil);
  }
  const found = await hold(tx, id, ref.lock);
  return found.ok && byLock !== undefined && byLock !== found.coupon.facts.id ? no({ code: 'lock_lost' }) : found;
}

const no = (refusal: TillRefusal): Found => ({ ok: false, refusal });

const tooMany = ({ now }: TillTx, until: number): Found =>
  no({ code: 'too_many_guesses', until: epochMs(until), retryAfterSeconds: Math.ceil((until - now) / 1_000) });

const idOfCode = async ({ db, vault }: TillTx, code: string): Promise<string | undefined> =>
  (await db.selectFrom('coupon').select('id').where('code_hash', '=', vault.digest(code)).executeTakeFirst())?.id;

const idOfPage = async ({ db }: TillTx, id: string | undefined): Promise<string | undefined> =>
  id === undefined
    ? undefined
    : (await db.selectFrom('coupon').select('id').where('id', '=', id).executeTakeFirst())?.id;

/** Another till's lock is nobody else's business: it is as if there were none. */
async function couponOfLock({ db, till }: TillTx, lock: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('coupon_lock')
    .select('coupon_id')
    .where('id', '=', lock)
    .where('channel_kind', '=', till.channel.kind)
    .where('channel_id', '=', till.channel.id)
    .executeTakeFirst();
  return row?.coupon_id;
}

/** Nobody folds a coupon more often; what does not end is a mistake in the rows. */
const MOST_FOLDS = 10;

/**
 * Locks the coupon, and only then reads what hangs on its state. One that gave way to another of the same campaign, when
 * two members turned out to be one person, stands for that other one.
 */
export async function hold(tx: TillTx, couponId: string, lock?: string, folds = 0): Promise<Found> {
  const row = await tx.db.selectFrom('coupon').selectAll().where('id', '=', couponId).forUpdate().executeTakeFirst();
  if (row === undefined) throw new Error(`coupon ${couponId} is gone`);
  if (row.state === 'revoked' && row.folded_into !== null && folds < MOST_FOLDS)
    return await hold(tx, row.folded_into, lock, folds + 1);
  const { life, redeemed } = await lifeOf(tx, row.id, row.state);
  return {
    ok: true,
    coupon: {
      facts: await couponFacts(tx, row),
      memberId: row.member_id,
      life,
      ...(redeemed && { redeemed }),
      ...(lock !== undefined && { lock }),
    },
  };
}

async function lifeOf(
  { db, registry }: TillTx,
  id: string,
  state: CouponLife['at'],
): Promise<{ life: CouponLife; redeemed?: Redeemed }> {
  if (state === 'locked') {
    const row = await db.selectFrom('coupon_lock').selectAll().where('coupon_id', '=', id).executeTakeFirst();
    if (row === undefined) return { life: { at: 'issued' } };
    const by = { channel: channelKey({ kind: row.channel_kind, id: row.channel_id }), key: row.id };
    return { life: { at: 'locked', by, until: epochMs(row.until) } };
  }
  if (state !== 'redeemed') return { life: { at: state } };
  const row = await db
    .selectFrom('redemption')
    .select(['id', 'channel_kind', 'channel_id', 'at'])
    .where('coupon_id', '=', id)
    .where('kind', '=', 'redeem')
    .where('undone_at', 'is', null)
    .executeTakeFirstOrThrow();
  const place = { kind: row.channel_kind, id: row.channel_id };
  return {
    life: { at: 'redeemed', by: { channel: channelKey(place), key: row.id }, redeemedAt: epochMs(row.at) },
    redeemed: { at: epochMs(row.at), place: { ...place, name: registry.channel(place.id)?.name ?? place.id } },
  };
}

/** Writes what a coupon has become; it is held. */
export async function writeLife({ db }: Pick<TillTx, 'db'>, couponId: string, life: CouponLife): Promise<void> {
  await db.updateTable('coupon').set({ state: life.at }).where('id', '=', couponId).execute();
}
