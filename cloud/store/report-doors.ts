import { sql } from 'kysely';
import { signalsTally } from '../core/report/ledger.ts';
import type { Cell } from '../core/report/tabulate.ts';
import { tally } from '../core/report/tally.ts';
import type { Db } from './database.ts';
import { cellOf } from './report-ledger.ts';
import { type CellRow, type CellsOf, cellColumns, NO_TEXT, type ReportScope, within } from './report-snapshot.ts';

const OF_EVENT = { campaign: NO_TEXT, store: sql`event.store_id`, node: sql`event.node_id`, at: sql`event.at` };
/** As `fresh` is by default; older events only correct what is known. */
const LATE_AFTER_MS = 120_000;

/** What was heard at doors, by when it happened. */
export async function signalCells(db: Db, scope: ReportScope, of: CellsOf): Promise<Cell[]> {
  const { rows } = await sql<
    CellRow & { type: string; trust: string | null; late: number; many: number; counted: number | null }
  >`
    SELECT ${cellColumns(of, scope.grid, OF_EVENT)}, event.type, event.trust,
      CASE WHEN event.age_ms > ${sql.lit(LATE_AFTER_MS)} OR event.age_ms IS NULL THEN 1 ELSE 0 END AS late,
      COUNT(*) AS many, CAST(SUM(event.count) AS bigint) AS counted
    FROM event WHERE event.type IN ('beacon', 'enter', 'footfall') AND ${within(scope, OF_EVENT)}
    GROUP BY 1, 2, 3, 4, 5, 6
  `.execute(db);
  return rows.map((row) =>
    cellOf(
      row,
      signalsTally({
        ...{ many: row.many, type: row.type, trust: row.trust },
        ...{ isLate: row.late === 1, counted: row.counted ?? 0 },
      }),
    ),
  );
}

const OF_VISIT = { campaign: NO_TEXT, store: sql`visit.store_id`, node: NO_TEXT, at: sql`visit.opened_at` };

export async function visitCells(db: Db, scope: ReportScope, of: CellsOf): Promise<Cell[]> {
  const { rows } = await sql<CellRow & { many: number }>`
    SELECT ${cellColumns(of, scope.grid, OF_VISIT)}, COUNT(*) AS many
    FROM visit WHERE ${within(scope, OF_VISIT)} GROUP BY 1, 2, 3
  `.execute(db);
  return rows.map((row) => cellOf(row, tally({ counts: { visits: row.many } })));
}
