import { CompiledQuery, Kysely } from 'kysely';
import { DatabaseError, Pool, types } from 'pg';
import { errorMessage } from '../../protocol/error-message.ts';
import { Problem } from '../core/problem.ts';
import { PortableDialect } from './postgres-dialect.ts';
import { PreparingClient } from './prepared-client.ts';
import type { Database } from './schema.ts';

/** Connections of one process: those who write wait for the disk of the server, not for each other. */
const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Nothing we ask takes a second; what takes this long never ends. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** As long as SQLite waits for its lock. */
const LOCK_TIMEOUT_MS = 5_000;
/**
 * A host that vanished without a word leaves what it was asked unanswered, and the kernel goes on sending it for a quarter
 * of an hour, even where another one answers at its address by now. Above the server's own limit, which tells more.
 */
const ANSWER_WITHIN_MS = STATEMENT_TIMEOUT_MS + LOCK_TIMEOUT_MS;
/** A process that froze within a transaction must not keep its rows from the others. */
const IDLE_IN_TRANSACTION_MS = 30_000;

/** Settings of every connection; `synchronous_commit` because a row that was answered for must be on the disk. */
const SESSION = [
  'SET synchronous_commit = on',
  // Our statements are short and many; compiling one takes longer than all of them.
  'SET jit = off',
  `SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
  `SET lock_timeout = ${LOCK_TIMEOUT_MS}`,
  `SET idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
  // What a person reads in pg_stat_activity or a server's log, never what a row says.
  "SET client_encoding = 'UTF8'",
].join('; ');

const INT8 = 20;
const NUMERIC = 1700;

/** Counts, sums and times come as numbers, as from SQLite: all of ours are far below 2^53. */
const parsers: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  (oid === INT8 || oid === NUMERIC) && format !== 'binary' ? Number : types.getTypeParser(oid, format as 'text');

/**
 * Opens a pool on `url` and makes one connection. Throws {@link Problem} when the server refuses it for a reason that
 * only a person can change, an `Error` when it may be there later.
 */
export async function openPostgres(url: string, answerWithinMs = ANSWER_WITHIN_MS): Promise<Kysely<Database>> {
  const pool = new Pool({
    connectionString: url,
    application_name: 'pharos-cloud',
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: answerWithinMs,
    keepAlive: true,
    Client: PreparingClient,
    // What does not wait for one another is sent at once: the writes of a batch are one round trip, not six.
    pipeline: true,
    types: { getTypeParser: parsers },
  });
  // A connection that breaks tells its query; without a listener it would end the process as well.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const db = new Kysely<Database>({
    dialect: new PortableDialect({
      pool,
      onCreateConnection: async (connection) => void (await connection.executeQuery(CompiledQuery.raw(SESSION))),
    }),
  });
  try {
    await db.connection().execute(async (connection) => await connection.executeQuery(CompiledQuery.raw('SELECT 1')));
    return db;
  } catch (error) {
    await db.destroy();
    throw explained(error, url);
  }
}

/** Host and database of an address, which may be logged; its password may not. */
export function withoutSecrets(url: string): string {
  const { protocol, host, pathname, searchParams } = new URL(url);
  return `${protocol}//${host || searchParams.get('host') || ''}${pathname}`;
}

/** Refused until a person changes something: who may log in, and that there is such a database. */
const REFUSED: Readonly<Record<string, string>> = {
  '28000': 'let this user in (pg_hba.conf), or name another one',
  '28P01': 'correct user and password',
  '3D000': 'create the database: createdb <name>',
  '42501': 'give the user the right to connect to this database',
};

function explained(error: unknown, url: string): Error {
  const code = codeOf(error);
  const where = `PHAROS_DATABASE_URL (${withoutSecrets(url)})`;
  const what = errorMessage(error);
  const remedy = REFUSED[code];
  if (remedy !== undefined) return new Problem('invalid', 'database_refused', what, { where, remedy });
  return new Error(
    `cannot reach PostgreSQL: ${what}\n  where: ${where}\n  remedy: start the server, or correct the address`,
  );
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/**
 * What is wrong with the rows themselves and with no others: data a column does not take, a rule they break, two of them
 * for one place, more than an index holds.
 */
const ROW = /^(21|22|23|54)/;
const BROKEN_LINE = /^(E(?!RR_)[A-Z]+$|EAI_|ERR_(TLS|SSL|STREAM|SOCKET)|.*CERT|UNABLE_TO_)/;
/** What `pg` says, without any code, of a connection that ended, gave no answer or did not come about. */
const BROKEN_TALK =
  /^(Connection terminated|Client (has encountered|was closed)|Query read timeout|Received unexpected|timeout e|The server does not|There was an error establishing|Postgres connection has been discarded)/;

/**
 * The database is in trouble, whatever it is: away, overloaded, read-only, of another version than this program, or it
 * chose this transaction as the victim of a lock. Also where it will not pass by itself: what was heard waits meanwhile
 * and is not given up for it.
 */
export const isPostgresFault = (error: unknown): boolean =>
  error instanceof DatabaseError
    ? !ROW.test(codeOf(error))
    : error instanceof Error && (BROKEN_TALK.test(error.message) || BROKEN_LINE.test(codeOf(error)));

export const isPostgresRefusal = (error: unknown): boolean => error instanceof DatabaseError && ROW.test(codeOf(error));

/**
 * Somebody else got in between: begun anew, the transaction sees what they wrote. Serialization failure, deadlock, and
 * a unique index that another transaction filled after we had looked.
 */
export const isPostgresRace = (error: unknown): boolean =>
  error instanceof DatabaseError && /^(40001|40P01|23505)$/.test(codeOf(error));
