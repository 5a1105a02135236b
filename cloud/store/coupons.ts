import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { ordinalOf } from '../core/coupon/coupon.ts';
import type { CampaignId, CouponId, MemberId } from '../core/ids.ts';
import type { CouponPort, NewCoupon } from '../core/ports.ts';
import { sourceText } from '../core/source.ts';
import type { KnownCoupon } from '../core/working-set-types.ts';
import type { StoreContext } from './context.ts';
import { insertRows, listOf, type Shape } from './many.ts';

interface IssuedCoupon extends NewCoupon {
  readonly id: CouponId;
  readonly issueKey: string;
}

/** In the order of whoever holds several. */
const good = (db: StoreContext['db']) =>
  db.selectFrom('coupon').select('id').where('state', 'in', ['issued', 'locked']).orderBy('id').forShare();

/** Codes are found by their keyed digest and read back from their sealed form; the plain code is in no column. */
export const couponRows = ({ db, vault, mint }: StoreContext) => {
  const toRow = (coupon: IssuedCoupon) => ({
    id: coupon.id,
    campaign_id: coupon.campaignId,
    campaign_version: coupon.campaignVersion,
    member_id: coupon.memberId,
    issue_key: coupon.issueKey,
    code_hash: vault.digest(coupon.code),
    code_sealed: vault.seal(coupon.code),
    state: 'issued',
    store_id: coupon.storeId,
    issued_at: coupon.issuedAt,
    expires_at: coupon.expiresAt,
    source: coupon.source && sourceText(coupon.source),
  });
  const SHAPE = {
    id: 'text',
    campaign_id: 'text',
    campaign_version: 'int',
    member_id: 'text',
    issue_key: 'text',
    code_hash: 'text',
    code_sealed: 'bytes',
    state: 'text',
    store_id: 'text',
    issued_at: 'int',
    expires_at: 'int',
    source: 'text',
  } as const satisfies Shape<ReturnType<typeof toRow>>;

  return {
    /** How many went in: fewer than were given when somebody else gave one of these very rights. */
    issueAll: (coupons: readonly IssuedCoupon[]): Promise<number> =>
      insertRows(db, 'coupon', SHAPE, coupons.map(toRow), ['issue_key']),

    async issue(...[coupon, issueKey]: Parameters<CouponPort['issue']>) {
      const id = mint.id('coupon') as CouponId;
      const went = await insertRows(db, 'coupon', SHAPE, [toRow({ ...coupon, id, issueKey })], ['issue_key']);
      return went === 1 ? id : undefined;
    },

    /**
     * Holds these against being taken back or used until the transaction ends; how many are still good. Whoever takes
     * one back holds it first and looks at what shows it afterwards: so either it is missed here, or what is written
     * here is seen there.
     */
    async holdGood(ids: readonly CouponId[]): Promise<number> {
      if (ids.length === 0) return 0;
      return (await good(db).where('id', 'in', listOf(db, ids)).execute()).length;
    },

    /** Holds all that is good of what these members have of these campaigns, as {@link holdGood} does. */
    async holdGoodOf(members: readonly MemberId[], campaigns: readonly CampaignId[]): Promise<void> {
      if (members.length === 0 || campaigns.length === 0) return;
      await good(db)
        .where('member_id', 'in', listOf(db, members))
        .where('campaign_id', 'in', listOf(db, campaigns))
        .execute();
    },

    /** All these members ever had of these campaigns, or of any, the oldest first. */
    async ofMembers(members: readonly MemberId[], campaigns: readonly CampaignId[] | 'any'): Promise<KnownCoupon[]> {
      if (members.length === 0 || campaigns.length === 0) return [];
      const rows = await db
        .selectFrom('coupon')
        .select(['id', 'member_id', 'campaign_id', 'state', 'issued_at', 'expires_at', 'issue_key', 'code_sealed'])
        .where('member_id', 'in', listOf(db, members))
        .$if(campaigns !== 'any', (some) => some.where('campaign_id', 'in', campaigns === 'any' ? [] : campaigns))
        .orderBy('issued_at')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        id: row.id as CouponId,
        memberId: row.member_id as MemberId,
        campaignId: row.campaign_id as CampaignId,
        state: row.state,
        ordinal: ordinalOf(row.issue_key),
        issuedAt: epochMs(row.issued_at) as EpochMs,
        expiresAt: epochMs(row.expires_at),
        code: () => vault.open(row.code_sealed).toString('utf8'),
      }));
    },
  };
};
