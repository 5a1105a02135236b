import { sql } from 'kysely';
import type { Outcome } from '../core/decide/reasons.ts';
import { decisionsTally, type GrantsTogether, grantsTally } from '../core/report/ledger.ts';
import type { Cell } from '../core/report/tabulate.ts';
import type { Db } from './database.ts';
import { type CellRow, type CellsOf, cellColumns, type ReportScope, STANDING, within } from './report-snapshot.ts';

export const OF_DECISION = {
  campaign: sql`decision.campaign_id`,
  store: sql`decision.store_id`,
  node: sql`decision.node_id`,
  at: sql`decision.decided_at`,
} as const;

/** What of the ledger gave something; in the words of the index of it, so that it serves where campaigns are named. */
export const GRANTED = sql`decision.outcome IN ('granted', 'ghost') AND decision.outcome = 'granted'`;

/**
 * Every decision of the scope by its outcome. Reads the table through: an index by time would cost each event more than
 * a report now and then is worth (a million rows take a second).
 */
export async function decisionCells(db: Db, scope: ReportScope, of: CellsOf): Promise<Cell[]> {
  const { rows } = await sql<CellRow & { outcome: Outcome; reason: string | null; many: number }>`
    SELECT ${cellColumns(of, scope.grid, OF_DECISION)}, decision.outcome, decision.reason, COUNT(*) AS many
    FROM decision WHERE ${within(scope, OF_DECISION)}
    GROUP BY 1, 2, 3, 4, 5
  `.execute(db);
  return rows.map((row) => cellOf(row, decisionsTally(row.outcome, row.reason, row.many)));
}

/** What became of everything granted in the scope, up to now. */
export async function grantCells(db: Db, scope: ReportScope, of: CellsOf): Promise<Cell[]> {
  const { rows } = await sql<
    CellRow & {
      state: GrantsTogether['state'];
      park_reason: string | null;
      currency: string | null;
      ends: number;
      many: number;
      cost: number | null;
    }
  >`
    SELECT ${cellColumns(of, scope.grid, OF_DECISION)}, delivery.state, delivery.park_reason,
      delivery.cost_currency AS currency,
      CASE WHEN coupon.opened_at IS NULL THEN 0 ELSE 1 END
        + CASE WHEN redemption.id IS NULL THEN 0 ELSE 2 END
        + CASE WHEN coupon.state = 'revoked' AND coupon.folded_into IS NULL THEN 4 ELSE 0 END AS ends,
      COUNT(*) AS many, CAST(SUM(delivery.cost_minor) AS bigint) AS cost
    FROM decision
    LEFT JOIN delivery ON delivery.decision_id = decision.id
    LEFT JOIN coupon ON coupon.id = decision.coupon_id
    LEFT JOIN redemption ON redemption.coupon_id = coupon.id AND ${STANDING}
    WHERE ${GRANTED} AND ${within(scope, OF_DECISION)}
    GROUP BY 1, 2, 3, 4, 5, 6, 7
  `.execute(db);
  return rows.map((row) => {
    const { state, park_reason: parkReason, currency, ends, many, cost } = row;
    const [opened, redeemed, takenBack] = [(ends & 1) > 0, (ends & 2) > 0, (ends & 4) > 0];
    return cellOf(row, grantsTally({ state, parkReason, currency, many, cost, opened, redeemed, takenBack }));
  });
}

export const cellOf = ({ cell_key, cell_store, slot }: CellRow, tally: Cell['tally']): Cell => ({
  ...{ key: cell_key, store: cell_store, slot },
  tally,
});
