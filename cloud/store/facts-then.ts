import type { StoreId } from '../../protocol/ids.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { MemberId } from '../core/ids.ts';
import { factsAt } from '../core/replay/member-then.ts';
import type { CouponFact, MemberFacts, VisitFact } from '../core/segment/types.ts';
import { present } from './context.ts';
import type { Db } from './database.ts';
import { livingMembers } from './member-living.ts';
import { recordedMembers } from './recorded-members.ts';

/**
 * Everything a segment may ask of a member, as it was known at `at`; `current` is the visit that was going on. Nothing
 * for who is not a member of their own (any more).
 */
export async function factsThen(
  db: Db,
  member: MemberId,
  current: string | undefined,
  at: EpochMs,
): Promise<MemberFacts | undefined> {
  const living = await livingMembers(db).select('id').where('id', '=', member).executeTakeFirst();
  const [recorded] = living === undefined ? [] : await recordedMembers(db, [member], at);
  if (recorded === undefined) return undefined;
  return {
    ...factsAt(recorded, at),
    visits: await visitsThen(db, member, current, at),
    coupons: await couponsThen(db, member, at),
  };
}

async function visitsThen(
  db: Db,
  member: MemberId,
  current: string | undefined,
  at: EpochMs,
): Promise<readonly VisitFact[]> {
  const rows = await db
    .selectFrom('visit')
    .selectAll()
    .where('member_id', '=', member)
    // Somebody else's clock may be ahead of ours: the visit that was going on had begun all the same.
    .where((eb) => eb.or([eb('opened_at', '<=', at), eb('id', '=', current ?? '')]))
    .execute();
  return rows.map(({ id, store_id, opened_at, last_at }) => ({
    storeId: store_id as StoreId,
    openedAt: epochMs(opened_at),
    // It may have gone on afterwards.
    lastAt: epochMs(Math.min(last_at, at)),
    ...(id === current && { current: true }),
  }));
}

/** What was given in the same moment was given by the decisions themselves. */
async function couponsThen(db: Db, member: MemberId, at: EpochMs): Promise<readonly CouponFact[]> {
  const rows = await db
    .selectFrom('coupon')
    .leftJoin('redemption', (join) =>
      join
        .onRef('redemption.coupon_id', '=', 'coupon.id')
        .on('redemption.kind', '=', 'redeem')
        .on('redemption.at', '<=', at)
        .on((on) => on.or([on('redemption.undone_at', 'is', null), on('redemption.undone_at', '>', at)])),
    )
    .select(['coupon.campaign_id', 'coupon.state', 'coupon.expires_at', 'redemption.at as redeemed_at'])
    .where('coupon.member_id', '=', member)
    .where('coupon.issued_at', '<', at)
    .execute();
  return rows.map(({ campaign_id, state, expires_at, redeemed_at }) => ({
    campaignId: campaign_id,
    state: redeemed_at !== null ? 'redeemed' : state === 'revoked' ? 'revoked' : 'issued',
    expiresAt: epochMs(expires_at),
    ...present({ redeemedAt: redeemed_at === null ? undefined : epochMs(redeemed_at) }),
  }));
}
