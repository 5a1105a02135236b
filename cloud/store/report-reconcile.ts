import { sql } from 'kysely';
import type { Span } from '../core/report/days.ts';
import { type CounterTie, part, reconcile, type TieFacts } from '../core/report/reconcile.ts';
import type { Db } from './database.ts';

/** What waits for longer than any worker or sender that is well takes. */
const LONG_MS = 60_000;

type Many = Readonly<Record<string, number>>;

/** Holds the rows of a span against one another, and the counters against all rows. In a snapshot of the caller's. */
export async function reconcileRows(db: Db, span: Span, now: number): Promise<ReturnType<typeof reconcile>> {
  const long = now - LONG_MS;
  return reconcile(
    [
      await tieEvents(db, span, long),
      await tieDecisions(db, span),
      await tieDeliveries(db, span, long),
      await tieCoupons(db, span),
      await tieRedemptions(db, span),
    ],
    [...(await tieStock(db)), ...(await tieBudgets(db))],
  );
}

async function tieEvents(db: Db, { since, until }: Span, long: number): Promise<TieFacts> {
  const many = await group(
    db,
    sql`
    SELECT CASE
      WHEN state = 'failed' THEN 'failed'
      WHEN state = 'pending' THEN CASE WHEN received_at < ${long} THEN 'pending_long' ELSE 'pending' END
      WHEN EXISTS (SELECT 1 FROM decision WHERE decision.event_id = event.id) THEN 'decided'
      WHEN trigger_on IS NULL THEN 'starts_nothing'
      ELSE 'nothing_waited' END AS what, COUNT(*) AS many
    FROM event WHERE received_at >= ${since} AND received_at < ${until} GROUP BY 1`,
  );
  return {
    code: 'events',
    total: await count(db, sql`event WHERE received_at >= ${since} AND received_at < ${until}`),
    parts: [
      part('decided', of(many, 'decided')),
      part('nothing_waited', of(many, 'nothing_waited')),
      part('starts_nothing', of(many, 'starts_nothing')),
      part('pending', of(many, 'pending')),
      part('pending_long', of(many, 'pending_long'), 'gap'),
      part('failed', of(many, 'failed'), 'gap'),
    ],
  };
}

async function tieDecisions(db: Db, { since, until }: Span): Promise<TieFacts> {
  const many = await group(
    db,
    sql`
    SELECT CASE decision.outcome
      WHEN 'granted' THEN CASE
        WHEN coupon.id IS NULL THEN 'granted_without_coupon'
        WHEN delivery.id IS NULL THEN 'granted_without_delivery' ELSE 'granted' END
      WHEN 'deferred' THEN CASE
        WHEN deferral.event_id IS NULL THEN 'deferred_lost'
        WHEN deferral.closed_at IS NULL THEN 'deferred_waiting' ELSE 'deferred_closed' END
      ELSE decision.outcome END AS what, COUNT(*) AS many
    FROM decision
    LEFT JOIN delivery ON decision.outcome = 'granted' AND delivery.decision_id = decision.id
    LEFT JOIN coupon ON decision.outcome = 'granted' AND coupon.id = decision.coupon_id
    LEFT JOIN deferral ON decision.outcome = 'deferred'
      AND deferral.event_id = decision.event_id AND deferral.campaign_id = decision.campaign_id
    WHERE decision.decided_at >= ${since} AND decision.decided_at < ${until} GROUP BY 1`,
  );
  return {
    code: 'decisions',
    total: await count(db, sql`decision WHERE decided_at >= ${since} AND decided_at < ${until}`),
    parts: [
      part('granted', of(many, 'granted')),
      part('granted_without_coupon', of(many, 'granted_without_coupon'), 'broken'),
      part('granted_without_delivery', of(many, 'granted_without_delivery'), 'broken'),
      part('reissued', of(many, 'reissued')),
      part('deferred_waiting', of(many, 'deferred_waiting')),
      part('deferred_closed', of(many, 'deferred_closed')),
      part('deferred_lost', of(many, 'deferred_lost'), 'broken'),
      part('ghost', of(many, 'ghost')),
      part('refused', of(many, 'refused')),
    ],
  };
}

async function tieDeliveries(db: Db, { since, until }: Span, long: number): Promise<TieFacts> {
  const many = await group(
    db,
    sql`
    SELECT CASE
      WHEN state IN ('ready', 'sending') THEN CASE WHEN not_after < ${long} THEN 'limbo' ELSE 'waiting' END
      WHEN state = 'parked' AND park_reason = 'expired' THEN 'out_of_time'
      ELSE state END AS what, COUNT(*) AS many
    FROM delivery WHERE created_at >= ${since} AND created_at < ${until} GROUP BY 1`,
  );
  return {
    code: 'deliveries',
    total: await count(db, sql`delivery WHERE created_at >= ${since} AND created_at < ${until}`),
    parts: [
      part('accepted', of(many, 'accepted')),
      part('waiting', of(many, 'waiting')),
      part('limbo', of(many, 'limbo'), 'gap'),
      part('unknown', of(many, 'unknown'), 'gap'),
      part('out_of_time', of(many, 'out_of_time'), 'gap'),
      part('parked', of(many, 'parked')),
    ],
  };
}

async function tieCoupons(db: Db, { since, until }: Span): Promise<TieFacts> {
  const many = await group(
    db,
    sql`
    SELECT CASE
      WHEN coupon.state = 'redeemed' THEN CASE WHEN redemption.id IS NULL THEN 'redeemed_unrecorded' ELSE 'redeemed' END
      WHEN redemption.id IS NOT NULL THEN 'recorded_unredeemed'
      ELSE coupon.state END AS what, COUNT(*) AS many
    FROM coupon LEFT JOIN redemption ON redemption.coupon_id = coupon.id
      AND redemption.kind = 'redeem' AND redemption.undone_at IS NULL
    WHERE coupon.issued_at >= ${since} AND coupon.issued_at < ${until} GROUP BY 1`,
  );
  return {
    code: 'coupons',
    total: await count(db, sql`coupon WHERE issued_at >= ${since} AND issued_at < ${until}`),
    parts: [
      part('issued', of(many, 'issued')),
      part('locked', of(many, 'locked')),
      part('redeemed', of(many, 'redeemed')),
      part('expired', of(many, 'expired')),
      part('revoked', of(many, 'revoked')),
      part('redeemed_unrecorded', of(many, 'redeemed_unrecorded'), 'broken'),
      part('recorded_unredeemed', of(many, 'recorded_unredeemed'), 'broken'),
    ],
  };
}

async function tieRedemptions(db: Db, { since, until }: Span): Promise<TieFacts> {
  const many = await group(
    db,
    sql`
    SELECT CASE
      WHEN redemption.undone_at IS NOT NULL THEN 'undone'
      WHEN redemption.sale_id IS NOT NULL OR EXISTS (
        SELECT 1 FROM sale WHERE sale.channel_kind = redemption.channel_kind AND sale.channel_id = redemption.channel_id
          AND sale.txn = redemption.order_ref AND sale.voided_at IS NULL) THEN 'with_sale'
      ELSE 'without_sale' END AS what, COUNT(*) AS many
    FROM redemption WHERE kind = 'redeem' AND at >= ${since} AND at < ${until} GROUP BY 1`,
  );
  return {
    code: 'redemptions',
    total: await count(db, sql`redemption WHERE kind = 'redeem' AND at >= ${since} AND at < ${until}`),
    parts: [
      part('with_sale', of(many, 'with_sale')),
      part('without_sale', of(many, 'without_sale'), 'gap'),
      part('undone', of(many, 'undone')),
    ],
  };
}

/** A piece is taken with the grant, and comes back with a coupon nobody has seen. */
const tieStock = (db: Db): Promise<CounterTie[]> =>
  tieCounters(
    db,
    'stock|',
    sql`
    SELECT delivery.stock_key AS name, COUNT(*) AS many FROM delivery
    LEFT JOIN coupon ON coupon.id = delivery.coupon_id
    WHERE delivery.stock_key IS NOT NULL
      AND CASE WHEN coupon.id IS NULL THEN delivery.state <> 'parked' ELSE coupon.state <> 'revoked' END
    GROUP BY delivery.stock_key`,
  );

/** A message is set aside for every push that may come; it comes back where none went out, or a free reply did. */
const tieBudgets = (db: Db): Promise<CounterTie[]> =>
  tieCounters(
    db,
    'messages|',
    sql`
    SELECT budget_key AS name, COUNT(*) AS many FROM delivery
    WHERE budget_key IS NOT NULL AND (state <> 'parked' OR in_doubt = 1)
      AND NOT (state = 'accepted' AND route = 'reply')
    GROUP BY budget_key`,
  );

async function tieCounters(db: Db, prefix: string, rowsOf: ReturnType<typeof sql>): Promise<CounterTie[]> {
  const counters = await db.selectFrom('counter').selectAll().where('key', 'like', `${prefix}%`).execute();
  const { rows } = (await rowsOf.execute(db)) as { rows: { name: string; many: number }[] };
  const used = new Map(counters.map(({ key, used: taken }) => [key, taken]));
  const counted = new Map(rows.map(({ name, many }) => [name, many]));
  return [...new Set([...used.keys(), ...counted.keys()])]
    .sort()
    .map((key) => ({ key, counter: used.get(key) ?? 0, rows: counted.get(key) ?? 0 }));
}

const of = (many: Many, what: string): number => many[what] ?? 0;

async function group(db: Db, query: ReturnType<typeof sql>): Promise<Many> {
  const { rows } = (await query.execute(db)) as { rows: { what: string; many: number }[] };
  return Object.fromEntries(rows.map(({ what, many }) => [what, many]));
}

/** Counted anew rather than added up: that is what the parts are held against. */
async function count(db: Db, from: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{ many: number }>`SELECT COUNT(*) AS many FROM ${from}`.execute(db);
  return rows[0]?.many ?? 0;
}
