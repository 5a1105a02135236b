import { Kysely } from 'kysely';
import { immediateDialect } from './immediate-dialect.ts';
import type { Database } from './schema.ts';
import { connectApart } from './sqlite-apart.ts';
import { connectHere } from './sqlite-connection.ts';

/**
 * Opens the SQLite file, making it if absent. For programs that do one thing and end: they have nothing else to do
 * while the disk works.
 */
export const openSqlite = (path: string): Kysely<Database> =>
  new Kysely({ dialect: immediateDialect(connectHere(path)) });

/**
 * The same on a thread of its own, for a service: it hears, judges and answers while rows are written and synced, and a
 * disk that takes long holds up only those who wait for their rows.
 */
export const openSqliteApart = async (path: string): Promise<Kysely<Database>> =>
  new Kysely({ dialect: immediateDialect(await connectApart(path)) });
