import { type RawBuilder, sql } from 'kysely';
import type { Grid, Span } from '../core/report/days.ts';
import type { Db } from './database.ts';
import { isPostgres } from './dialect.ts';

/** One moment of the database, for many questions whose answers must agree. Keeps nobody from writing. */
export const snapshot = <T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> =>
  db
    .transaction()
    .setAccessMode('read only')
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      // Here tables are read through, which transactions of the service never do.
      if (isPostgres(db)) await sql`set local enable_seqscan = on`.execute(tx);
      return await work(tx);
    });

/** What a report is about; an empty list is all of them. */
export interface ReportScope extends Span {
  readonly campaigns: readonly string[];
  readonly stores: readonly string[];
  readonly nodes: readonly string[];
  /** Leaves out what happened at no node: what was typed, or came due. */
  readonly atNodes?: boolean;
  readonly grid: Grid;
}

/** What cells are counted for: the column that makes the rows, if any, and the store where its clock says which day it was. */
export interface CellsOf {
  readonly key: 'campaign' | 'store' | 'node' | undefined;
  readonly storeApart: boolean;
}

/** Columns of a cell; those that are not asked for are empty, so that rows differing in them alone are counted together. */
export interface CellRow {
  readonly cell_key: string | null;
  readonly cell_store: string | null;
  readonly slot: number;
}

type Fragment = RawBuilder<unknown>;

export const NO_TEXT: Fragment = sql`CAST(NULL AS text)`;

/** The first three columns of a question about cells, to be grouped by as 1, 2, 3. */
export const cellColumns = (
  { key, storeApart }: CellsOf,
  grid: Grid,
  columns: Readonly<Record<'campaign' | 'store' | 'node', Fragment>> & { readonly at: Fragment },
): Fragment => sql`
  ${key === undefined ? NO_TEXT : columns[key]} AS cell_key,
  ${storeApart ? columns.store : NO_TEXT} AS cell_store,
  ${slotOf(columns.at, grid)} AS slot`;

/** Literals: a bound number is a fraction to SQLite, and would divide as one. */
const slotOf = (at: Fragment, { sizeMs, offsetMs }: Grid): Fragment =>
  sql`(${at} + ${sql.lit(offsetMs)}) / ${sql.lit(sizeMs)}`;

/** `AND` what the scope is limited to, within the span. */
export const within = (
  { since, until, campaigns, stores, nodes, atNodes }: ReportScope,
  columns: { readonly at: Fragment } & Partial<Readonly<Record<'campaign' | 'store' | 'node', Fragment>>>,
): Fragment => sql`
  ${columns.at} >= ${since} AND ${columns.at} < ${until}
  ${oneOf(columns.campaign, campaigns)} ${oneOf(columns.store, stores)} ${oneOf(columns.node, nodes)}
  ${atNodes === true && columns.node !== undefined ? sql`AND ${columns.node} IS NOT NULL` : sql``}`;

const oneOf = (column: Fragment | undefined, ids: readonly string[]): Fragment =>
  column === undefined || ids.length === 0 ? sql`` : sql`AND ${column} IN (${sql.join(ids)})`;

/** The redemption of a coupon that stands; at most one. */
export const STANDING = sql`redemption.kind = 'redeem' AND redemption.undone_at IS NULL`;
