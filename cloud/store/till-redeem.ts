import { refused, type TillAnswer } from '../core/till/answer.ts';
import { type RedeemAsked, readIdentities } from '../core/till/asked.ts';
import { channelKey, judgeUse } from '../core/till/judge.ts';
import { saleOfRedemption } from './sale-of-redemption.ts';
import { isKeyUsed } from './till-answers.ts';
import type { TillTx } from './till-context.ts';
import { findCoupon, writeLife } from './till-coupons.ts';
import { linkAtTill } from './till-identities.ts';
import { redeemedAnswer, redemptionRow } from './till-rows.ts';

/**
 * Redeems a coupon: its state, the redemption, the sale it belongs to and who else the customer is, all or nothing.
 * `key` names the request within the channel.
 */
export async function redeem(tx: TillTx, asked: RedeemAsked, key: string): Promise<TillAnswer> {
  const read = readIdentities(asked);
  if (!read.ok) return refused(read.refusal);
  const found = await findCoupon(tx, asked);
  if (!found.ok) return refused(found.refusal);
  const { coupon } = found;
  const { db, mint, now, till } = tx;
  const id = mint.id('redemption');
  const by = { channel: channelKey(till.channel), key: coupon.lock ?? id };
  const used = judgeUse(coupon.facts, coupon.life, coupon.redeemed, till.channel, { type: 'redeem', now, by });
  if (!used.ok) return refused(used.refusal);
  if (await isKeyUsed(db, { channel: till.channel, key })) return refused({ code: 'idempotency_key_reused' });
  await writeLife(tx, coupon.facts.id, used.life);
  const redeeming = { id, key, asked, coupon, life: used.life };
  const sale = await saleOfRedemption(tx, redeeming);
  await db
    .insertInto('redemption')
    .values(redemptionRow(tx, redeeming, sale?.id))
    .execute();
  const identities = await linkAtTill(tx, coupon.memberId, read.identities, asked.consent?.wording);
  return redeemedAnswer(tx, redeeming, sale, identities);
}
