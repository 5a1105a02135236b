import type { CouponId } from '../core/ids.ts';
import type { CouponPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';

/** Codes are found by their keyed digest and read back from their sealed form; the plain code is in no column. */
export const couponRows = ({ db, vault, mint }: StoreContext): CouponPort => ({
  async countOf(campaign, member) {
    const row = await db
      .selectFrom('coupon')
      .select(({ fn }) => [fn.countAll<number>().as('count')])
      .where('campaign_id', '=', campaign)
      .where('member_id', '=', member)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  },

  async issue(coupon, issueKey) {
    const id = mint.id('coupon') as CouponId;
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('coupon')
      .values({
        id,
        campaign_id: coupon.campaignId,
        campaign_version: coupon.campaignVersion,
        member_id: coupon.memberId,
        issue_key: issueKey,
        code_hash: vault.digest(coupon.code),
        code_sealed: vault.seal(coupon.code),
        state: 'issued',
        store_id: coupon.storeId,
        issued_at: coupon.issuedAt,
        expires_at: coupon.expiresAt,
      })
      .onConflict((conflict) => conflict.column('issue_key').doNothing())
      .executeTakeFirstOrThrow();
    return Number(numInsertedOrUpdatedRows ?? 0) === 1 ? id : undefined;
  },
});
