import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { isPostgres } from './dialect.ts';
import { SqliteRowsAdapter } from './immediate-dialect.ts';
import type { Database } from './schema.ts';

/**
 * Many rows in one statement, on either database. They travel as one parameter of JSON, so that the text of the
 * statement is the same however many there are: nothing is compiled for each row and no limit of parameters is met.
 * Measured on SQLite, 17 columns, µs a row: 46 one by one through Kysely, 27 as VALUES lists, 24 so, 19 by hand.
 */
export type ColumnKind = 'text' | 'int' | 'bytes';

/** Names and kinds of the columns of a row. */
export type Shape<Row extends object> = { readonly [Column in keyof Row & string]-?: ColumnKind };

type Value = string | number | Uint8Array | null | undefined;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

const plain = (value: Value): string | number | null =>
  value === undefined || value === null ? null : value instanceof Uint8Array ? hex(value) : value;

/** `rows` as something to select from: `FROM ${rowsTable(…)} AS r`. Columns have the names of the shape. */
export function rowsTable<Row extends object>(db: Db, shape: Shape<Row>, rows: readonly Row[]): RawBuilder<unknown> {
  const columns = Object.entries(shape) as [keyof Row & string, ColumnKind][];
  return isPostgres(db) ? postgresTable(columns, rows) : sqliteTable(columns, rows);
}

type Columns<Row> = readonly (readonly [keyof Row & string, ColumnKind])[];

/** Lists without names, read by position. */
function sqliteTable<Row extends object>(columns: Columns<Row>, rows: readonly Row[]): RawBuilder<unknown> {
  const lists = JSON.stringify(rows.map((row) => columns.map(([column]) => plain(row[column] as Value))));
  const fields = columns.map(([column, kind], index) => {
    const value = sql`value ->> ${sql.lit(index)}`;
    return sql`${kind === 'bytes' ? sql`unhex(${value})` : value} AS ${sql.ref(column)}`;
  });
  return sql`(SELECT ${sql.join(fields)} FROM json_each(${lists}))`;
}

/** Objects, each read once for all its columns; a list would be read anew for every one. */
function postgresTable<Row extends object>(columns: Columns<Row>, rows: readonly Row[]): RawBuilder<unknown> {
  const objects = JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map(([column]) => [column, plain(row[column] as Value)]))),
  );
  const types = columns.map(([column, kind]) => sql`${sql.ref(column)} ${sql.raw(kind === 'int' ? 'bigint' : 'text')}`);
  const fields = columns.map(([column, kind]) =>
    kind === 'bytes' ? sql`decode(${sql.ref(column)}, 'hex') AS ${sql.ref(column)}` : sql.ref(column),
  );
  return sql`(SELECT ${sql.join(fields)} FROM json_to_recordset(${objects}::json) AS each_row(${sql.join(types)}))`;
}

/**
 * `values` as the right side of an `in`, of any number and also none. One parameter: a list of many has to be compiled
 * and prepared anew for every length.
 */
export const listOf = (db: Db, values: readonly string[]) => {
  const list = JSON.stringify(values);
  return isPostgres(db)
    ? sql<string>`(SELECT json_array_elements_text(${list}::json))`
    : sql<string>`(SELECT value FROM json_each(${list}))`;
};

/** Inserts all `rows`; where `once` names the columns of a unique index, those it already holds are left out. Returns how many went in. */
export async function insertRows<Table extends keyof Database & string, Row extends object>(
  db: Db,
  table: Table,
  shape: Shape<Row>,
  rows: readonly Row[],
  once?: readonly (keyof Row & string)[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const names = Object.keys(shape) as (keyof Row & string)[];
  const { adapter } = db.getExecutor();
  if (adapter instanceof SqliteRowsAdapter && db.isTransaction) {
    const into = `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join()}) VALUES (${names.map(() => '?').join()})`;
    const text =
      once === undefined ? into : `${into} ON CONFLICT (${once.map((name) => `"${name}"`).join()}) DO NOTHING`;
    return adapter.runForEach(
      text,
      rows.map((row) => names.map((name) => row[name] ?? null)),
    );
  }
  const columns = sql.join(names.map((column) => sql.ref(column)));
  const conflict =
    once === undefined ? sql`` : sql`ON CONFLICT (${sql.join(once.map((column) => sql.ref(column)))}) DO NOTHING`;
  const { numAffectedRows } = await sql`
    INSERT INTO ${sql.table(table)} (${columns}) SELECT ${columns} FROM ${rowsTable(db, shape, rows)} AS r WHERE true ${conflict}
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}
