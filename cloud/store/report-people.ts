import { sql } from 'kysely';
import type { Cell } from '../core/report/tabulate.ts';
import { tally } from '../core/report/tally.ts';
import type { Report } from '../core/report/types.ts';
import { type Arm, NO_ARM, type Uplift, upliftOf } from '../core/report/uplift.ts';
import type { Db } from './database.ts';
import { cellOf, GRANTED, OF_DECISION } from './report-ledger.ts';
import { type CellRow, type CellsOf, cellColumns, type ReportScope, within } from './report-snapshot.ts';

/** Friends who came in the time of the scope; where stores are named, those their own doors brought. */
export async function friendsBySource(db: Db, scope: ReportScope): Promise<NonNullable<Report['friends']>> {
  const { since, until, stores } = scope;
  const doors = sql`AND source IN (SELECT 'door:' || node.id FROM node WHERE node.store_id IN (${sql.join(stores)}))`;
  const { rows } = await sql<{ source: string; friends: number }>`
    SELECT source, COUNT(*) AS friends FROM friend_source
    WHERE since >= ${since} AND since < ${until} ${stores.length === 0 ? sql`` : doors}
    GROUP BY source ORDER BY COUNT(*) DESC, source
  `.execute(db);
  return rows;
}

/** Each member counts once, for the form they filled in first. */
const FIRST_ANSWERS = sql`
  SELECT form_answer.member_id, form_answer.form_id, form_answer.at FROM form_answer
  WHERE NOT EXISTS (
    SELECT 1 FROM form_answer AS before WHERE before.member_id = form_answer.member_id
      AND (before.at < form_answer.at OR (before.at = form_answer.at AND before.id < form_answer.id)))`;

export async function joinedByForm(db: Db, { since, until }: ReportScope): Promise<NonNullable<Report['joined']>> {
  const { rows } = await sql<{ form: string; members: number }>`
    SELECT form_id AS form, COUNT(*) AS members FROM (${FIRST_ANSWERS}) AS first
    WHERE at >= ${since} AND at < ${until} GROUP BY form_id ORDER BY form_id
  `.execute(db);
  return rows;
}

/** For so long after a coupon a sign-up is counted for its campaign, the latest one. */
export const JOINED_WITHIN_MS = 7 * 86_400_000;

export async function joinedCells(db: Db, scope: ReportScope, of: CellsOf): Promise<Cell[]> {
  const { rows } = await sql<CellRow & { member_id: string; decided_at: number }>`
    SELECT ${cellColumns(of, scope.grid, OF_DECISION)}, first.member_id, decision.decided_at
    FROM (${FIRST_ANSWERS}) AS first
    JOIN decision ON decision.member_id = first.member_id AND ${GRANTED}
      AND decision.decided_at <= first.at AND decision.decided_at > first.at - ${sql.lit(JOINED_WITHIN_MS)}
    WHERE ${within(scope, OF_DECISION)}
      AND NOT EXISTS (
        SELECT 1 FROM decision AS later WHERE later.member_id = first.member_id
          AND later.outcome IN ('granted', 'ghost') AND later.outcome = 'granted' AND later.decided_at <= first.at
          AND (later.decided_at > decision.decided_at OR (later.decided_at = decision.decided_at AND later.id > decision.id)))
  `.execute(db);
  return rows.map((row) => cellOf(row, tally({ counts: { joined: 1 } })));
}

/** For so long after they were first exposed, what people buy is compared. */
export const UPLIFT_WINDOW_MS = 14 * 86_400_000;

/** Every campaign of the scope with an experiment: what the arms bought. */
export async function uplifts(db: Db, { since, until, campaigns }: ReportScope): Promise<Uplift[]> {
  const exposed = sql`exposure.at >= ${since} AND exposure.at < ${until}
    ${campaigns.length === 0 ? sql`` : sql`AND exposure.campaign_id IN (${sql.join(campaigns)})`}`;
  const { rows: arms } = await sql<{ campaign: string; arm: 'treated' | 'control'; members: number }>`
    SELECT campaign_id AS campaign, arm, COUNT(*) AS members FROM exposure WHERE ${exposed}
    GROUP BY campaign_id, arm ORDER BY campaign_id
  `.execute(db);
  if (arms.length === 0) return [];
  const bought = sql`
    SELECT exposure.campaign_id AS campaign, exposure.arm, exposure.member_id, sale.currency,
      SUM(sale.amount_minor - sale.refunded_minor) AS spent
    FROM exposure JOIN sale ON sale.member_id = exposure.member_id AND sale.voided_at IS NULL
      AND sale.at >= exposure.at AND sale.at < exposure.at + ${sql.lit(UPLIFT_WINDOW_MS)}
    WHERE ${exposed}
    GROUP BY exposure.campaign_id, exposure.arm, exposure.member_id, sale.currency`;
  const { rows: buyers } = await sql<{ campaign: string; arm: string; buyers: number }>`
    SELECT campaign, arm, COUNT(DISTINCT member_id) AS buyers FROM (${bought}) AS b GROUP BY campaign, arm
  `.execute(db);
  const { rows: spent } = await sql<{ campaign: string; arm: string; currency: string; sum: number; squares: number }>`
    SELECT campaign, arm, currency, CAST(SUM(spent) AS bigint) AS sum,
      SUM(CAST(spent AS double precision) * CAST(spent AS double precision)) AS squares
    FROM (${bought}) AS b GROUP BY campaign, arm, currency
  `.execute(db);
  const armOf = (campaign: string, arm: 'treated' | 'control'): Arm => {
    const isIt = (row: { campaign: string; arm: string }): boolean => row.campaign === campaign && row.arm === arm;
    return {
      members: arms.find(isIt)?.members ?? NO_ARM.members,
      buyers: buyers.find(isIt)?.buyers ?? NO_ARM.buyers,
      spent: Object.fromEntries(
        spent.filter(isIt).map(({ currency, sum, squares }) => [currency, { sum, squares: Number(squares) }]),
      ),
    };
  };
  return [...new Set(arms.map(({ campaign }) => campaign))].map((campaign) =>
    upliftOf(campaign, UPLIFT_WINDOW_MS, armOf(campaign, 'treated'), armOf(campaign, 'control')),
  );
}
