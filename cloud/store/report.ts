import type { EpochMs } from '../../protocol/units.ts';
import { Problem } from '../core/problem.ts';
import { datesOf, gridFor } from '../core/report/days.ts';
import type { Reconciliation } from '../core/report/reconcile.ts';
import { spanOf } from '../core/report/span.ts';
import { type Cell, tabulate } from '../core/report/tabulate.ts';
import type { Count } from '../core/report/tally.ts';
import type { Report, ReportAsked, ReportBy, ReportKind, ReportLine } from '../core/report/types.ts';
import type { Db } from './database.ts';
import { signalCells, visitCells } from './report-doors.ts';
import { decisionCells, grantCells } from './report-ledger.ts';
import { type ReportNames, reportNames } from './report-names.ts';
import { friendsBySource, joinedByForm, joinedCells, uplifts } from './report-people.ts';
import { reconcileRows } from './report-reconcile.ts';
import { type CellsOf, type ReportScope, snapshot } from './report-snapshot.ts';
import { boundCells, journeys, redeemedCells, revenueCells, salesOf } from './report-till.ts';

/** The reports of one database, each of one moment. Throw {@link Problem} where something is named that there is not. */
export const reports = (db: Db) => ({
  report: (asked: ReportAsked, now: EpochMs): Promise<Report> => snapshot(db, (tx) => makeReport(tx, asked, now)),

  reconcile: (asked: Pick<ReportAsked, 'since' | 'until'>, now: EpochMs): Promise<Reconciliation> =>
    snapshot(db, async (tx) => {
      const { zoneOf } = await reportNames(tx, undefined);
      const timeZone = zoneOf(null);
      const span = spanOf(asked, now, timeZone);
      return {
        ...{ v: 1 as const, report: 'reconcile' as const, ...span, madeAt: now, timeZone },
        ...(await reconcileRows(tx, span, now)),
      };
    }),
});

async function makeReport(db: Db, asked: ReportAsked, now: EpochMs): Promise<Report> {
  const { kind, by, ids, onlyStore } = asked;
  const names = await reportNames(db, onlyStore ?? (kind === 'store' ? ids[0] : undefined));
  mindNames(asked, names);
  const timeZone = names.zoneOf(null);
  const span = spanOf(asked, now, timeZone);
  const grid = gridFor(span, names.timeZones);
  const scope: ReportScope = {
    ...span,
    grid,
    campaigns: kind === 'campaign' ? ids : [],
    stores: onlyStore !== undefined ? [onlyStore] : kind === 'store' ? ids : [],
    nodes: kind === 'beacon' ? ids : [],
  };
  const of: CellsOf = { key: keyOf(by), storeApart: names.timeZones.length > 1 };
  const table = tabulate(await CELLS[kind](db, scope, of, by), {
    ...{
      by: by === 'day' || by === 'reason' ? by : ('key' as const),
      grid,
      days: datesOf(span, timeZone),
      zoneOf: names.zoneOf,
    },
    drawn: DRAWN[kind],
  });
  const named = (line: ReportLine): ReportLine => {
    const name = line.key === null ? undefined : nameOf(names, by, line.key);
    return name === undefined || name === line.key ? line : { ...line, name };
  };
  return {
    ...{ v: 1, report: kind, by, ids, ...span, madeAt: now, timeZone, days: table.days },
    ...{ rows: table.rows.map(named), total: table.total },
    ...(await besides(db, asked, scope, of)),
  };
}

/** What cannot be told by row. A store sees neither the chain's people nor other stores' sales. */
async function besides(
  db: Db,
  { kind, onlyStore }: ReportAsked,
  scope: ReportScope,
  of: CellsOf,
): Promise<Pick<Report, 'journeys' | 'friends' | 'joined' | 'sales' | 'uplift'>> {
  if (kind === 'beacon') return { journeys: [] };
  const sales = (await salesOf(db, { ...scope, campaigns: [] }, { ...of, key: undefined })).lines;
  return {
    journeys: await journeys(db, scope),
    friends: await friendsBySource(db, scope),
    sales,
    ...(onlyStore === undefined && kind === 'campaign' && { uplift: await uplifts(db, scope) }),
    ...(onlyStore === undefined && { joined: await joinedByForm(db, scope) }),
  };
}

type CellsOfKind = (db: Db, scope: ReportScope, of: CellsOf, by: ReportBy) => Promise<Cell[]>;

const CELLS: Readonly<Record<ReportKind, CellsOfKind>> = {
  campaign: async (db, scope, of, by) => {
    const decided = await decisionCells(db, scope, of);
    if (by === 'reason') return decided;
    const parts = [grantCells, revenueCells, boundCells, joinedCells];
    return [decided, ...(await inTurn(parts.map((part) => () => part(db, scope, of))))].flat();
  },
  store: async (db, scope, of, by) => {
    const decided = await decisionCells(db, scope, of);
    if (by === 'reason') return decided;
    // What is heard at a door belongs to no campaign.
    const atDoor = by === 'campaign' ? [] : [signalCells, visitCells];
    const cells = await inTurn([...atDoor, grantCells, redeemedCells].map((part) => () => part(db, scope, of)));
    return [decided, ...cells, (await salesOf(db, scope, of)).cells].flat();
  },
  beacon: async (db, scope, of) => {
    const ofNodes = { ...scope, atNodes: true };
    return [
      ...(await signalCells(db, scope, of)),
      ...(await decisionCells(db, ofNodes, of)),
      ...(await grantCells(db, ofNodes, of)),
    ];
  },
};

/** They share one connection. */
async function inTurn(parts: readonly (() => Promise<Cell[]>)[]): Promise<Cell[][]> {
  const cells: Cell[][] = [];
  for (const part of parts) cells.push(await part());
  return cells;
}

const DRAWN: Readonly<Record<ReportKind, Count>> = { campaign: 'granted', store: 'redeemedHere', beacon: 'signals' };

const keyOf = (by: ReportBy): CellsOf['key'] =>
  by === 'campaign' ? 'campaign' : by === 'store' ? 'store' : by === 'beacon' ? 'node' : undefined;

const nameOf = ({ campaigns, channels }: ReportNames, by: ReportBy, key: string): string | undefined =>
  by === 'campaign' ? campaigns.get(key) : by === 'store' ? channels.get(key) : undefined;

function mindNames({ kind, ids, onlyStore }: ReportAsked, { campaigns, channels, nodes }: ReportNames): void {
  const known = { campaign: campaigns, store: channels, beacon: nodes }[kind];
  const stranger = ids.find((id) => !known.has(id));
  if (stranger !== undefined) {
    throw new Problem('not_found', `unknown_${kind}`, `there is no ${kind} "${stranger}"`, {
      remedy: kind === 'campaign' ? 'pharos campaign list names them' : 'pharos node list names stores and nodes',
    });
  }
  if (onlyStore === undefined || kind !== 'store') return;
  const other = ids.find((id) => id !== onlyStore);
  if (other !== undefined) {
    throw new Problem('not_allowed', 'not_your_store', `this token is of ${onlyStore}, and may not look at ${other}`, {
      remedy: 'leave the store out, or use a token of headquarters',
    });
  }
}
