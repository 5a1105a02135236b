import type { StoreId } from '../../protocol/ids.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { ordinalOf } from '../core/coupon/coupon.ts';
import type { CampaignId, CouponId, MemberId, VisitId } from '../core/ids.ts';
import type { RecordedPast } from '../core/replay/types.ts';
import type { AttributeValue } from '../core/segment/types.ts';
import { present, type StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { grantsGot, toGrant } from './decisions.ts';
import { listOf } from './many.ts';

const HOUR_MS = 3_600_000;
/** Visits that ended this long before can neither go on nor be asked for by most segments. */
const VISITS_BACK_MS = 400 * 24 * HOUR_MS;

/** Who these members are, and what they had before `since`. */
export async function recordedPast(
  context: StoreContext,
  ids: readonly MemberId[],
  since: EpochMs,
): Promise<RecordedPast> {
  const { db } = context;
  const list = listOf(db, ids);
  const members = await recordedMembers(db, ids, since);
  const visits = await db
    .selectFrom('visit')
    .selectAll()
    .where('member_id', 'in', list)
    .where('opened_at', '<', since)
    .where('last_at', '>=', since - VISITS_BACK_MS)
    .execute();
  const weighed = await db
    .selectFrom('decision')
    .select(['visit_id', 'campaign_id'])
    .where('member_id', 'in', list)
    .where('weighed', '=', 1)
    .where('visit_id', 'is not', null)
    .where('decided_at', '<', since)
    .execute();
  const coupons = await db
    .selectFrom('coupon')
    .selectAll()
    .where('member_id', 'in', list)
    .where('issued_at', '<', since)
    .orderBy('issued_at')
    .orderBy('id')
    .execute();
  const grants = await grantsGot(db)
    .where('decision.member_id', 'in', list)
    .where('decision.decided_at', '<', since)
    .execute();
  const exposures = await db
    .selectFrom('exposure')
    .selectAll()
    .where('member_id', 'in', list)
    .where('at', '<', since)
    .execute();
  return {
    members,
    visits: visits.map((row) => ({
      id: row.id as VisitId,
      memberId: row.member_id as MemberId,
      storeId: row.store_id as StoreId,
      openedAt: epochMs(row.opened_at),
      // What came later is heard again.
      lastAt: epochMs(Math.min(row.last_at, since)),
    })),
    weighed: weighed.map((row) => ({ visitId: row.visit_id as VisitId, campaignId: row.campaign_id as CampaignId })),
    coupons: coupons.map((row) => ({
      id: row.id as CouponId,
      memberId: row.member_id as MemberId,
      campaignId: row.campaign_id as CampaignId,
      state: row.state === 'revoked' ? 'revoked' : 'issued',
      ordinal: ordinalOf(row.issue_key),
      issueKey: row.issue_key,
      issuedAt: epochMs(row.issued_at),
      expiresAt: epochMs(row.expires_at),
      code: () => '',
    })),
    grants: grants.map(toGrant),
    exposures: exposures.map(({ campaign_id, member_id, arm, bucket, algorithm, at }) => ({
      campaignId: campaign_id as CampaignId,
      memberId: member_id as MemberId,
      exposure: { arm, bucket, algorithm, at: epochMs(at) },
    })),
  };
}

/** Who these members are now, with what it takes to know how they were at `since` or later. */
export async function recordedMembers(
  db: Db,
  ids: readonly MemberId[],
  since: EpochMs,
): Promise<RecordedPast['members']> {
  const list = listOf(db, ids);
  const members = await db.selectFrom('member').select(['id', 'created_at']).where('id', 'in', list).execute();
  const consents = byMember(
    await db.selectFrom('consent').selectAll().where('member_id', 'in', list).orderBy('at').orderBy('id').execute(),
  );
  const tags = byMember(await db.selectFrom('member_tag').selectAll().where('member_id', 'in', list).execute());
  const attributes = byMember(
    await db.selectFrom('member_attribute').selectAll().where('member_id', 'in', list).execute(),
  );
  const changes = byMember(
    await db.selectFrom('profile_change').selectAll().where('member_id', 'in', list).where('at', '>=', since).execute(),
  );
  const blocked = await blockedBefore(db, ids, since);
  return members.map(({ id, created_at }) => ({
    id: id as MemberId,
    createdAt: epochMs(created_at),
    blocked: blocked.has(id),
    consents: (consents.get(id) ?? []).map(({ purpose, action, source, at }) => ({
      ...{ purpose, action, source },
      at: epochMs(at),
    })),
    tags: (tags.get(id) ?? []).map(({ tag }) => tag),
    attributes: new Map(
      (attributes.get(id) ?? []).map(({ name, value }) => [name, JSON.parse(value) as AttributeValue]),
    ),
    changes: (changes.get(id) ?? []).map(({ at, kind, name, before }) => ({
      ...{ kind, name },
      at: epochMs(at),
      ...present({ before }),
    })),
  }));
}

/** Those who had blocked the account and not come back. */
async function blockedBefore(db: Db, ids: readonly MemberId[], since: EpochMs): Promise<Set<string>> {
  const rows = await db
    .selectFrom('event')
    .select(['member_id', 'type', 'at'])
    .where('member_id', 'in', listOf(db, ids))
    .where('type', 'in', ['follow', 'unfollow'])
    .where('at', '<', since)
    .orderBy('at')
    .execute();
  const last = new Map(rows.map(({ member_id, type }) => [member_id ?? '', type]));
  return new Set([...last].filter(([, type]) => type === 'unfollow').map(([id]) => id));
}

const byMember = <Row extends { readonly member_id: string }>(rows: readonly Row[]): Map<string, Row[]> =>
  Map.groupBy(rows, ({ member_id }) => member_id);
