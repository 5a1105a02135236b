import { sql } from 'kysely';
import type { NodeId, StoreId } from '../../protocol/ids.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { type CountQuery, countKey } from '../core/decide/caps.ts';
import type { CampaignId, DecisionId, MemberId, VisitId } from '../core/ids.ts';
import type { DecisionPort } from '../core/ports.ts';
import type { DecisionRow, KnownGrant, Past } from '../core/working-set-types.ts';
import type { StoreContext } from './context.ts';
import { insertRows, listOf, type Shape } from './many.ts';

/** What caps count. Written out, since an index over a part of the rows is found only by its own words. */
const GOT = sql<boolean>`decision.outcome IN ('granted', 'ghost')`;

/** A revoked coupon was never shown and uses up nobody's limit, unless it was folded into another one of its member. */
const COUNTS = sql<boolean>`(coupon.state IS NULL OR coupon.state <> 'revoked' OR coupon.folded_into IS NOT NULL)`;

/** Grants and ghosts that count. */
export const grantsGot = (db: StoreContext['db']) =>
  db
    .selectFrom('decision')
    .leftJoin('coupon', 'coupon.id', 'decision.coupon_id')
    .select(['decision.member_id', 'decision.campaign_id', 'decision.store_id', 'decision.decided_at'])
    .where(GOT)
    .where(COUNTS);

export const toGrant = (row: {
  readonly member_id: string | null;
  readonly campaign_id: string;
  readonly store_id: string | null;
  readonly decided_at: number;
}): KnownGrant => ({
  memberId: row.member_id as MemberId,
  campaignId: row.campaign_id as CampaignId,
  ...(row.store_id !== null && { storeId: row.store_id as StoreId }),
  at: epochMs(row.decided_at),
});

/** The ledger of every decision: one row per event and candidate, also for everyone who got nothing. */
export const decisionRows = ({ db, mint }: Pick<StoreContext, 'db' | 'mint'>) => ({
  async addAll(rows: readonly DecisionRow[]): Promise<void> {
    await insertRows(db, 'decision', SHAPE, rows.map(toRow));
  },

  async add(...[eventId, decision, facts]: Parameters<DecisionPort['add']>) {
    const id = mint.id('decision') as DecisionId;
    await insertRows(db, 'decision', SHAPE, [toRow({ id, eventId, decision, ...facts })]);
    return id;
  },

  /** Which campaigns were weighed in these visits. */
  async weighedIn(visits: readonly VisitId[]): Promise<Past['weighed']> {
    if (visits.length === 0) return [];
    const rows = await db
      .selectFrom('decision')
      .select(['visit_id', 'campaign_id'])
      .where('visit_id', 'in', listOf(db, visits))
      .where('weighed', '=', sql.lit(1))
      .execute();
    return rows.map((row) => ({ visitId: row.visit_id as VisitId, campaignId: row.campaign_id as CampaignId }));
  },

  /** Grants and ghosts of these members. */
  async gotBy(members: readonly MemberId[], since: EpochMs): Promise<KnownGrant[]> {
    if (members.length === 0) return [];
    const rows = await grantsGot(db)
      .where('decision.member_id', 'in', listOf(db, members))
      .where('decision.decided_at', '>=', since)
      .execute();
    return rows.map(toGrant);
  },

  /** The same over all members, as numbers by `countKey`. */
  async totals(queries: readonly CountQuery[]): Promise<Map<string, number>> {
    const counted = new Map<string, number>();
    for (const query of queries) {
      const { campaignId, storeId, since } = query;
      const row = await db
        .selectFrom('decision')
        .leftJoin('coupon', 'coupon.id', 'decision.coupon_id')
        .select(({ fn }) => [fn.countAll<number>().as('count')])
        .where(GOT)
        .where(COUNTS)
        .$if(campaignId !== undefined, (some) => some.where('decision.campaign_id', '=', campaignId ?? ''))
        .$if(storeId !== undefined, (some) => some.where('decision.store_id', '=', storeId ?? ''))
        .$if(since !== undefined, (some) => some.where('decision.decided_at', '>=', since ?? 0))
        .executeTakeFirstOrThrow();
      counted.set(countKey(query), row.count);
    }
    return counted;
  },

  /** Offers given on fixed device messages after `since`, by node. */
  async fixedOffers(nodes: readonly NodeId[], since: EpochMs): Promise<Map<NodeId, number>> {
    if (nodes.length === 0) return new Map();
    const rows = await db
      .selectFrom('decision')
      .select(({ fn }) => ['node_id', fn.countAll<number>().as('count')])
      .where('node_id', 'in', listOf(db, nodes))
      .where('trust', '=', sql.lit('fixed'))
      .where('outcome', '=', 'granted')
      .where('decided_at', '>', since)
      .groupBy('node_id')
      .execute();
    return new Map(rows.map(({ node_id, count }) => [node_id as NodeId, count]));
  },
});

const SHAPE = {
  id: 'text',
  event_id: 'text',
  campaign_id: 'text',
  campaign_version: 'int',
  member_id: 'text',
  visit_id: 'text',
  node_id: 'text',
  store_id: 'text',
  outcome: 'text',
  reason: 'text',
  weighed: 'int',
  trust: 'text',
  passed: 'text',
  route: 'text',
  coupon_id: 'text',
  decided_at: 'int',
  complaint: 'text',
} as const satisfies Shape<ReturnType<typeof toRow>>;

const toRow = ({ id, eventId, decision, nodeId, storeId, trust, couponId, complaint, at }: DecisionRow) => ({
  id,
  event_id: eventId,
  campaign_id: decision.campaignId,
  campaign_version: decision.version,
  member_id: decision.memberId,
  visit_id: decision.visitId,
  node_id: nodeId,
  store_id: storeId,
  outcome: decision.outcome,
  reason: decision.reason,
  weighed: decision.weighed ? 1 : 0,
  trust,
  passed: JSON.stringify(decision.passed),
  route: decision.route,
  coupon_id: couponId,
  decided_at: at,
  complaint,
});
