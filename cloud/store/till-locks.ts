import { epochMs } from '../../protocol/units.ts';
import { done, refused, type TillAnswer } from '../core/till/answer.ts';
import { discountOf } from '../core/till/discount.ts';
import { channelKey, judgeUse } from '../core/till/judge.ts';
import type { Money } from '../core/till/types.ts';
import { LOCK_FOR_MS } from '../core/till/types.ts';
import { couponView, refusalView } from '../core/till/view.ts';
import type { TillTx } from './till-context.ts';
import { findCoupon, hold, writeLife } from './till-coupons.ts';

/** What a coupon is worth here and now; changes nothing but the count of wrong guesses. */
export async function checkCoupon(tx: TillTx, code: string, price: Money | undefined): Promise<TillAnswer> {
  const found = await findCoupon(tx, { code });
  if (!found.ok) return refused(found.refusal);
  const { facts, life, redeemed } = found.coupon;
  const { language, now, till } = tx;
  const coupon = couponView(facts, life, language, now);
  const by = { channel: channelKey(till.channel), key: '' };
  const used = judgeUse(facts, life, redeemed, till.channel, { type: 'redeem', now, by });
  if (!used.ok) return done({ coupon, usable: false, why: refusalView(used.refusal, language, till.channel.timeZone) });
  const discount = discountOf(facts.terms.value, price);
  return done({ coupon, usable: true, ...(discount && { discount }) });
}

/** Holds a coupon for this till while it rings up the rest. */
export async function lockCoupon(tx: TillTx, code: string): Promise<TillAnswer> {
  const found = await findCoupon(tx, { code });
  if (!found.ok) return refused(found.refusal);
  const { facts, life, redeemed } = found.coupon;
  const { db, language, mint, now, till } = tx;
  const lock = mint.id('lock');
  const until = epochMs(now + LOCK_FOR_MS);
  const by = { channel: channelKey(till.channel), key: lock };
  const used = judgeUse(facts, life, redeemed, till.channel, { type: 'lock', now, by, until });
  if (!used.ok) return refused(used.refusal);
  await writeLife(tx, facts.id, used.life);
  const row = {
    ...{ id: lock, channel_kind: till.channel.kind, channel_id: till.channel.id },
    ...{ token_id: till.tokenId, locked_at: now, until },
  };
  await db
    .insertInto('coupon_lock')
    .values({ coupon_id: facts.id, ...row })
    .onConflict((conflict) => conflict.column('coupon_id').doUpdateSet(row))
    .execute();
  return done({ lock, until, coupon: couponView(facts, used.life, language, now) });
}

/** Lets a coupon go. That it had been let go already is no mistake. */
export async function unlockCoupon(tx: TillTx, lock: string): Promise<TillAnswer> {
  const { db, till } = tx;
  const row = await db
    .selectFrom('coupon_lock')
    .select('coupon_id')
    .where('id', '=', lock)
    .where('channel_kind', '=', till.channel.kind)
    .where('channel_id', '=', till.channel.id)
    .executeTakeFirst();
  if (row === undefined) return done({ unlocked: false });
  const found = await hold(tx, row.coupon_id);
  if (!found.ok || found.coupon.life.at !== 'locked' || found.coupon.life.by.key !== lock)
    return done({ unlocked: false });
  await writeLife(tx, row.coupon_id, { at: 'issued' });
  await db.deleteFrom('coupon_lock').where('id', '=', lock).execute();
  return done({ unlocked: found.coupon.life.until > tx.now });
}
