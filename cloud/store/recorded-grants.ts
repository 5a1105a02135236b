import type { StoreId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import type { CampaignId, MemberId } from '../core/ids.ts';
import type { KnownGrant } from '../core/working-set-types.ts';
import type { Db } from './database.ts';

/** Grants and ghosts that count. */
export const grantsGot = (db: Db) =>
  db
    .selectFrom('decision')
    .leftJoin('coupon', 'coupon.id', 'decision.coupon_id')
    .select(['decision.member_id', 'decision.campaign_id', 'decision.store_id', 'decision.decided_at'])
    .where('decision.outcome', 'in', ['granted', 'ghost'])
    .where((eb) =>
      eb.or([
        eb('coupon.state', 'is', null),
        eb('coupon.state', '!=', 'revoked'),
        eb('coupon.folded_into', 'is not', null),
      ]),
    );

export const toGrant = (row: {
  readonly member_id: string | null;
  readonly campaign_id: string;
  readonly store_id: string | null;
  readonly decided_at: number;
}): KnownGrant => ({
  memberId: (row.member_id ?? '') as MemberId,
  campaignId: row.campaign_id as CampaignId,
  ...(row.store_id !== null && { storeId: row.store_id as StoreId }),
  at: epochMs(row.decided_at),
});
