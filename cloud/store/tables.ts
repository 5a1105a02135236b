import { sql } from 'kysely';
import type { Db } from './database.ts';
import { isPostgres } from './dialect.ts';

/** A table as the database itself describes it. */
export interface TableShape {
  readonly name: string;
  /** Its primary key, by which rows have one order on either database. */
  readonly key: readonly string[];
}

interface Found {
  readonly tables: readonly { readonly name: string; readonly column: string | null }[];
  readonly references: readonly { readonly child: string; readonly parent: string }[];
}

/**
 * Every table of ours in an order in which each comes after those it references. Those that stand alone come last: what
 * triggers count is among them. Kysely's own tables are left out.
 */
export async function tablesOf(db: Db): Promise<TableShape[]> {
  const { tables, references } = await (isPostgres(db) ? lookInPostgres(db) : lookInSqlite(db));
  const keys = new Map<string, string[]>();
  for (const { name, column } of tables)
    keys.set(name, [...(keys.get(name) ?? []), ...(column === null ? [] : [column])]);
  const parents = (name: string) => references.filter(({ child, parent }) => child === name && parent !== name);
  const alone = (name: string): boolean => !references.some(({ child, parent }) => child === name || parent === name);

  const ordered: string[] = [];
  const visit = (name: string): void => {
    if (ordered.includes(name)) return;
    for (const { parent } of parents(name)) visit(parent);
    ordered.push(name);
  };
  const names = [...keys.keys()].sort();
  for (const name of names.filter((each) => !alone(each))) visit(name);
  for (const name of names) visit(name);
  return ordered.map((name) => ({ name, key: keys.get(name) ?? [] }));
}

async function lookInSqlite(db: Db): Promise<Found> {
  const { rows: tables } = await sql<Found['tables'][number]>`
    SELECT m.name, c.name AS column FROM sqlite_schema m LEFT JOIN pragma_table_info(m.name) c ON c.pk > 0
    WHERE m.type = 'table' AND m.name NOT GLOB 'sqlite_*' AND m.name NOT GLOB 'kysely_*'
    ORDER BY m.name, c.pk
  `.execute(db);
  const { rows: references } = await sql<Found['references'][number]>`
    SELECT m.name AS child, f."table" AS parent FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
    WHERE m.type = 'table'
  `.execute(db);
  return { tables, references };
}

async function lookInPostgres(db: Db): Promise<Found> {
  const { rows: tables } = await sql<Found['tables'][number]>`
    SELECT c.relname AS name, a.attname AS column FROM pg_class c
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int2[])
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname NOT LIKE 'kysely_%'
    ORDER BY c.relname, array_position(i.indkey::int2[], a.attnum)
  `.execute(db);
  const { rows: references } = await sql<Found['references'][number]>`
    SELECT c.relname AS child, p.relname AS parent FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
    WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace
  `.execute(db);
  return { tables, references };
}
