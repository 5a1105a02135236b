import { sql } from 'kysely';
import type { Cell } from '../core/report/tabulate.ts';
import { type Count, tally } from '../core/report/tally.ts';
import type { Journey, SalesLine } from '../core/report/types.ts';
import { present } from './context.ts';
import type { Db } from './database.ts';
import { cellOf, GRANTED, OF_DECISION } from './report-ledger.ts';
import { type CellRow, type CellsOf, cellColumns, type ReportScope, STANDING, within } from './report-snapshot.ts';

/** From a coupon to the decision that gave it, by the index of what each member got. */
const GIVEN_BY = sql`
  decision ON decision.member_id = coupon.member_id AND decision.coupon_id = coupon.id AND ${GRANTED}`;

/** What was bought with the coupons granted in the scope, less what was given back. */
export async function revenueCells(db: Db, scope: ReportScope, of: CellsOf): Promise<Cell[]> {
  const { rows } = await sql<CellRow & { currency: string; net: number; many: number }>`
    SELECT ${cellColumns(of, scope.grid, OF_DECISION)}, sale.currency,
      CAST(SUM(sale.amount_minor - sale.refunded_minor) AS bigint) AS net, COUNT(*) AS many
    FROM sale
    JOIN redemption ON redemption.id = sale.attributed_redemption
    JOIN coupon ON coupon.id = redemption.coupon_id
    JOIN ${GIVEN_BY}
    WHERE sale.voided_at IS NULL AND sale.attributed_by = 'redemption' AND ${within(scope, OF_DECISION)}
    GROUP BY 1, 2, 3, 4
  `.execute(db);
  return rows.map((row) =>
    cellOf(row, tally({ counts: { salesByCoupon: row.many }, revenue: { [row.currency]: row.net } })),
  );
}

/** Phones and cards that were tied to a member by redeeming a coupon granted in the scope: both stand at one moment. */
export async function boundCells(db: Db, scope: ReportScope, of: CellsOf): Promise<Cell[]> {
  const { rows } = await sql<CellRow & { many: number }>`
    SELECT ${cellColumns(of, scope.grid, OF_DECISION)}, COUNT(*) AS many
    FROM redemption
    JOIN coupon ON coupon.id = redemption.coupon_id
    JOIN ${GIVEN_BY}
    JOIN identity_link ON identity_link.member_id = coupon.member_id AND identity_link.created_at = redemption.at
    WHERE redemption.kind = 'redeem' AND ${within(scope, OF_DECISION)}
    GROUP BY 1, 2, 3
  `.execute(db);
  return rows.map((row) => cellOf(row, tally({ counts: { bound: row.many } })));
}

const OF_REDEMPTION = {
  campaign: sql`coupon.campaign_id`,
  store: sql`redemption.channel_id`,
  node: sql`CAST(NULL AS text)`,
  at: sql`redemption.at`,
};

/** What was redeemed at the tills of the scope in its time, whenever and wherever it was given. */
export async function redeemedCells(db: Db, scope: ReportScope, of: CellsOf): Promise<Cell[]> {
  const { rows } = await sql<CellRow & { many: number }>`
    SELECT ${cellColumns(of, scope.grid, OF_REDEMPTION)}, COUNT(*) AS many
    FROM redemption JOIN coupon ON coupon.id = redemption.coupon_id
    WHERE ${STANDING} AND ${within(scope, OF_REDEMPTION)}
    GROUP BY 1, 2, 3
  `.execute(db);
  return rows.map((row) => cellOf(row, tally({ counts: { redeemedHere: row.many } })));
}

const OF_SALE = {
  campaign: sql`sale.attributed_campaign`,
  store: sql`sale.channel_id`,
  node: sql`CAST(NULL AS text)`,
  at: sql`sale.at`,
};

const CREDITED: Readonly<Record<SalesLine['by'], Count>> = {
  redemption: 'salesByCoupon',
  visit: 'salesByVisit',
  unattributed: 'salesUnattributed',
};

/** Sales of the tills of the scope in its time: as cells, and by what each channel's are credited to. */
export async function salesOf(db: Db, scope: ReportScope, of: CellsOf): Promise<{ cells: Cell[]; lines: SalesLine[] }> {
  const { rows } = await sql<
    CellRow & {
      channel: string;
      credited: SalesLine['by'];
      why: string | null;
      currency: string;
      net: number;
      many: number;
    }
  >`
    SELECT ${cellColumns(of, scope.grid, OF_SALE)}, sale.channel_id AS channel, sale.attributed_by AS credited,
      sale.attributed_why AS why, sale.currency,
      CAST(SUM(sale.amount_minor - sale.refunded_minor) AS bigint) AS net, COUNT(*) AS many
    FROM sale WHERE sale.voided_at IS NULL AND ${within(scope, OF_SALE)}
    GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 4, 5, 6, 7
  `.execute(db);
  const cells = rows.map((row) =>
    cellOf(
      row,
      tally({ counts: { sales: row.many, [CREDITED[row.credited]]: row.many }, revenue: { [row.currency]: row.net } }),
    ),
  );
  const lines = new Map<string, SalesLine>();
  for (const { channel, credited, why, currency, net, many } of rows) {
    const name = JSON.stringify([channel, credited, why]);
    const line = lines.get(name) ?? { channel, by: credited, ...present({ why }), sales: 0, net: {} };
    const sum = (line.net[currency] ?? 0) + net;
    lines.set(name, { ...line, sales: line.sales + many, net: { ...line.net, [currency]: sum } });
  }
  return { cells, lines: [...lines.values()] };
}

/** Where coupons were given, where they were redeemed in the time of the scope, and how long half of them took. */
export async function journeys(db: Db, scope: ReportScope): Promise<Journey[]> {
  const { campaigns, stores, since, until } = scope;
  const some = sql`
    ${campaigns.length === 0 ? sql`` : sql`AND coupon.campaign_id IN (${sql.join(campaigns)})`}
    ${stores.length === 0 ? sql`` : sql`AND (coupon.store_id IN (${sql.join(stores)}) OR redemption.channel_id IN (${sql.join(stores)}))`}`;
  const { rows } = await sql<{ came: string | null; went: string; many: number; took: number }>`
    SELECT came, went, many, CAST(SUM(took) / COUNT(*) AS bigint) AS took FROM (
      SELECT coupon.store_id AS came, redemption.channel_id AS went, redemption.at - coupon.issued_at AS took,
        ROW_NUMBER() OVER (PARTITION BY coupon.store_id, redemption.channel_id ORDER BY redemption.at - coupon.issued_at) AS place,
        COUNT(*) OVER (PARTITION BY coupon.store_id, redemption.channel_id) AS many
      FROM redemption JOIN coupon ON coupon.id = redemption.coupon_id
      WHERE ${STANDING} AND redemption.at >= ${since} AND redemption.at < ${until} ${some}
    ) AS each_one
    WHERE place IN ((many + 1) / 2, (many + 2) / 2)
    GROUP BY came, went, many ORDER BY many DESC, came, went
  `.execute(db);
  return rows.map(({ came, went, many, took }) => ({
    ...{ from: came, to: went, redeemed: many },
    medianMinutes: Math.round(took / 6_000) / 10,
  }));
}
