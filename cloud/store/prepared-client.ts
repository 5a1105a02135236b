import { Client, DatabaseError } from 'pg';

/** Texts of a program are few; lists written out in full come once each and are not worth keeping. */
const KEPT_MOST = 300;

/** For the rest of a transaction that has taken its turn and may last as long as it must. */
export const UNHURRIED = 'SET LOCAL statement_timeout = 0';
/** The longest a timer runs. */
const WITHOUT_END_MS = 2 ** 31 - 1;

/** What `pg` says where the server gave no answer within `query_timeout`. */
const NO_ANSWER = 'Query read timeout';
/** After a failure, what else the transaction asks is refused with this, whatever the failure was. */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * Statements prepared once on each connection: reading and planning one anew costs as much as running it for a few rows.
 * Only those that name their columns: a prepared `select *` fails for good once a newer version adds a column.
 *
 * Whoever asks something of a transaction that has failed hears why it failed, and a connection that gave no answer in
 * time is used no more.
 */
export class PreparingClient extends Client {
  readonly #names = new Map<string, string>();
  #unhurried = false;
  #failure: unknown;

  override query(...args: unknown[]): never {
    const [text, values] = args;
    const query = super.query as (...given: unknown[]) => unknown;
    if (typeof text !== 'string' || !Array.isArray(values)) return query.apply(this, args) as never;
    if (text === UNHURRIED) this.#unhurried = true;
    const name = this.#nameOf(text);
    const answer = query.call(this, {
      text,
      values,
      ...(name !== undefined && { name }),
      ...(this.#unhurried && { query_timeout: WITHOUT_END_MS }),
    });
    if (text === 'commit' || text === 'rollback') this.#unhurried = false;
    const told = (answer as Promise<{ readonly command: string }>).catch((error: unknown) => this.#refuse(error));
    // A failure nobody looked at turns the commit into a rollback, which would pass for an error of ours.
    return (text === 'commit' ? told.then((result) => this.#committed(result)) : told) as never;
  }

  #committed<T extends { readonly command: string }>(result: T): T {
    if (result.command === 'ROLLBACK' && this.#failure !== undefined) throw this.#failure;
    return result;
  }

  #refuse(error: unknown): never {
    if (error instanceof DatabaseError && error.code === IN_FAILED_TRANSACTION) throw this.#failure ?? error;
    this.#failure = error;
    // Its socket is closed a moment later; the pool must not lend it to anybody until then.
    if (error instanceof Error && error.message === NO_ANSWER) void this.end().catch(() => undefined);
    throw error;
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size === KEPT_MOST || !PREPARED.test(text) || text.includes('*')) return undefined;
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

const PREPARED = /^\s*(select|insert|update|delete)\b/i;
