import { Client, DatabaseError } from 'pg';

/** For the rest of a transaction that has taken its turn and may last as long as it must. */
export const UNHURRIED = 'SET LOCAL statement_timeout = 0';
/** The longest a timer runs. */
const WITHOUT_END_MS = 2 ** 31 - 1;

/** What `pg` says where the server gave no answer within `query_timeout`. */
const NO_ANSWER = 'Query read timeout';
/** After a failure, what else the transaction asks is refused with this, whatever the failure was. */
const IN_FAILED_TRANSACTION = '25P02';
const BEGINS_OR_ENDS = /^(begin|start transaction|commit|rollback)\b/i;
const COMMITS = /^commit\b/i;

/** A statement with its values, and the name it is prepared under where it is. */
export interface Statement {
  readonly text: string;
  readonly values: unknown[];
  readonly name?: string;
}

/**
 * A connection that minds its transaction: whoever asks something of one that has failed hears why it failed; one that
 * may last has no deadline; and a connection that gave no answer in time is used no more.
 */
export class MindfulClient extends Client {
  #unhurried = false;
  #failure: unknown;

  /** Everything Kysely asks comes through here. */
  protected ask(statement: Statement): Promise<unknown> {
    const { text } = statement;
    if (text === UNHURRIED) this.#unhurried = true;
    if (BEGINS_OR_ENDS.test(text) && !COMMITS.test(text)) this.#failure = undefined;
    const answer = super.query({ ...statement, ...(this.#unhurried && { query_timeout: WITHOUT_END_MS }) });
    if (BEGINS_OR_ENDS.test(text)) this.#unhurried = false;
    const told = answer.catch((error: unknown) => this.#refuse(error));
    // A failure nobody looked at turns the commit into a rollback, which would pass for an error of ours.
    return COMMITS.test(text) ? told.then((result) => this.#committed(result)) : told;
  }

  #committed<T extends { readonly command: string }>(result: T): T {
    const failure = this.#failure;
    this.#failure = undefined;
    if (result.command === 'ROLLBACK' && failure !== undefined) throw failure;
    return result;
  }

  #refuse(error: unknown): never {
    if (error instanceof DatabaseError && error.code === IN_FAILED_TRANSACTION) throw this.#failure ?? error;
    this.#failure = error;
    // Its socket is closed a moment later; the pool must not lend it to anybody until then.
    if (error instanceof Error && error.message === NO_ANSWER) void this.end().catch(() => undefined);
    throw error;
  }
}
