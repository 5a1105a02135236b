import { epochMs } from '../../protocol/units.ts';
import { done, refused, type TillAnswer } from '../core/till/answer.ts';
import type { RollbackAsked } from '../core/till/asked.ts';
import { afterRollback } from '../core/till/judge.ts';
import { type RollbackReason, UNDO_WITHIN_MS } from '../core/till/types.ts';
import { couponView } from '../core/till/view.ts';
import { auditRows } from './audit.ts';
import { creditAgain } from './sale-attribution.ts';
import { refundRest } from './sales.ts';
import { isKeyUsed } from './till-answers.ts';
import type { TillTx } from './till-context.ts';
import { hold, writeLife } from './till-coupons.ts';
import { holdOrders } from './till-orders.ts';

/**
 * Takes a redemption of this channel back: the coupon is good again, or expired where its time is over. A sale that is
 * known only by the redemption goes with it; one the till recorded itself is the till's own to refund.
 */
export async function rollback(tx: TillTx, asked: RollbackAsked, key: string): Promise<TillAnswer> {
  const { db, language, mint, now, till } = tx;
  const { channel } = till;
  const order = await orderOf(tx, asked.redemption);
  if (order !== undefined) await holdOrders(db, [{ channel: channel.id, order }]);
  const parent = await db
    .selectFrom('redemption')
    .selectAll()
    .where('id', '=', asked.redemption)
    .where('kind', '=', 'redeem')
    .where('channel_kind', '=', channel.kind)
    .where('channel_id', '=', channel.id)
    .forUpdate()
    .executeTakeFirst();
  if (parent === undefined) return refused({ code: 'unknown_redemption' });
  if (parent.undone_at !== null) return refused({ code: 'already_rolled_back', at: epochMs(parent.undone_at) });
  const undoUntil = epochMs(parent.at + UNDO_WITHIN_MS);
  if (asked.reason === 'undo' && now > undoUntil) return refused({ code: 'too_late_to_undo', until: undoUntil });
  if (await isKeyUsed(db, { channel, key })) return refused({ code: 'idempotency_key_reused' });

  const held = await hold(tx, parent.coupon_id);
  if (!held.ok) return refused(held.refusal);
  const { facts, life } = held.coupon;
  const after = afterRollback(life, facts.expiresAt, now);
  if (!after.ok) throw new Error(`${facts.id}: ${after.reject.detail}`);
  await writeLife(tx, facts.id, after.value);
  await db.updateTable('redemption').set({ undone_at: now }).where('id', '=', parent.id).execute();
  const id = mint.id('redemption');
  await db
    .insertInto('redemption')
    .values({
      ...{ id, kind: 'rollback', parent_id: parent.id, coupon_id: facts.id, idempotency_key: key, at: now },
      ...{ channel_kind: channel.kind, channel_id: channel.id, token_id: till.tokenId, reason: asked.reason },
      ...{ order_ref: parent.order_ref, staff: asked.staff ?? null, tender: parent.tender, sale_id: parent.sale_id },
      ...{ amount_minor: parent.amount_minor, currency: parent.currency, discount_minor: parent.discount_minor },
      undone_at: null,
    })
    .execute();
  const act = { by: { tokenId: till.tokenId, name: till.tokenName }, why: asked.reason };
  const detail = { redemption: parent.id, channel: channel.id };
  const subject = { kind: 'Coupon', id: facts.id };
  await auditRows(db, mint).write({ act, action: 'coupon.reverse', subject, detail }, now);
  const sale = parent.sale_id === null ? undefined : await takeSaleBack(tx, parent.sale_id, asked.reason);
  return done(
    {
      ...{ rollback: id, of: parent.id, rolledBackAt: now, coupon: couponView(facts, after.value, language, now) },
      ...(sale && { sale }),
    },
    201,
  );
}

/** The sale a redemption named, which never changes. */
async function orderOf({ db }: TillTx, redemption: string): Promise<string | undefined> {
  const row = await db.selectFrom('redemption').select('order_ref').where('id', '=', redemption).executeTakeFirst();
  return row?.order_ref ?? undefined;
}

async function takeSaleBack(
  tx: TillTx,
  saleId: string,
  reason: RollbackReason,
): Promise<{ readonly id: string; readonly state: 'voided' | 'refunded' | 'kept' }> {
  const { db, now } = tx;
  const { source } = await db
    .selectFrom('sale')
    .select('source')
    .where('id', '=', saleId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const others = await db
    .selectFrom('redemption')
    .select('id')
    .where('sale_id', '=', saleId)
    .where('kind', '=', 'redeem')
    .where('undone_at', 'is', null)
    .executeTakeFirst();
  if (source === 'till' || others !== undefined) {
    await creditAgain(tx, saleId);
    return { id: saleId, state: 'kept' };
  }
  if (reason === 'refund') {
    await refundRest(tx, saleId, 'refund');
    return { id: saleId, state: 'refunded' };
  }
  await db.updateTable('sale').set({ voided_at: now }).where('id', '=', saleId).execute();
  return { id: saleId, state: 'voided' };
}
