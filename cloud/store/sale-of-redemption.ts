import { attributionColumns, visitOfCoupon } from './sale-attribution.ts';
import type { TillTx } from './till-context.ts';
import { creditOf, priceOf, type Redeeming, saleRow } from './till-rows.ts';

/**
 * The sale a coupon was redeemed with, credited to it: the one the till recorded under the same number, else a new one
 * where an amount is known. Of several coupons with one order the first takes the credit.
 */
export async function saleOfRedemption(
  tx: TillTx,
  redeeming: Redeeming,
): Promise<{ readonly id: string; readonly transaction: string } | undefined> {
  const { db, now, till } = tx;
  const { channel } = till;
  const { asked, coupon } = redeeming;
  const { order } = asked;
  const price = priceOf(asked);
  const known =
    order === undefined
      ? undefined
      : await db
          .selectFrom('sale')
          .select(['id', 'txn', 'attributed_by', 'member_id'])
          .where('channel_kind', '=', channel.kind)
          .where('channel_id', '=', channel.id)
          .where('txn', '=', order)
          .where('voided_at', 'is', null)
          .forUpdate()
          .executeTakeFirst();
  if (known === undefined && price === undefined) return undefined;
  const visit = await visitOfCoupon(tx, coupon.memberId, coupon.facts.id);
  if (known !== undefined) {
    if (known.attributed_by !== 'redemption') {
      const credit = attributionColumns(creditOf(redeeming, { now, channel }, visit));
      await db
        .updateTable('sale')
        .set({ ...credit, ...(known.member_id === null && { member_id: coupon.memberId }) })
        .where('id', '=', known.id)
        .execute();
    }
    return { id: known.id, transaction: known.txn };
  }
  if (price === undefined) return undefined;
  const row = saleRow(tx, redeeming, price, visit);
  await db.insertInto('sale').values(row).execute();
  return { id: row.id, transaction: row.txn };
}
