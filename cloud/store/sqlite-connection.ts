import { unreachable } from '../../protocol/result.ts';
import { preparedOnce } from './prepared-once.ts';
import { openFile } from './sqlite-file.ts';

/** One thing asked of a connection. They are done in the order they are asked. */
export type Step =
  /**
   * `reads`: sees one moment of the file throughout, keeps nobody from writing, and may not write itself. `ahead`: nobody waits
   * for its answer, so where it fails, everything up to the rollback fails with it.
   */
  | { readonly do: 'begin'; readonly reads?: boolean; readonly ahead?: boolean }
  | { readonly do: 'run'; readonly text: string; readonly values: readonly unknown[] }
  | EachStep
  | { readonly do: 'commit' }
  | { readonly do: 'rollback' };

/** One statement for each row, within the transaction that is open, or `alone`, as a transaction of its own. */
export interface EachStep {
  readonly do: 'each';
  readonly text: string;
  readonly rows: readonly (readonly unknown[])[];
  /** In which places of a row bytes stand. */
  readonly bytesAt: readonly number[];
  readonly alone?: boolean;
}

export interface Answer {
  readonly rows: readonly object[];
  /** How many rows were changed, where it was not a question. */
  readonly changes?: number;
  readonly lastId?: number | bigint;
}

/** One connection to a SQLite file, on whatever thread it lives. Throws, or rejects, with better-sqlite3's errors. */
export interface SqliteConnection {
  take(step: Step): Answer | Promise<Answer>;
  close(): void | Promise<void>;
  /** Whether answers take their time, so that asking ahead pays; else the asker stands still until it is done. */
  readonly apart: boolean;
}

/** On the thread of the caller. */
export interface SqliteConnectionHere extends SqliteConnection {
  take(step: Step): Answer;
  close(): void;
  iterate(text: string, values: readonly unknown[]): Iterable<object>;
}

const NOTHING: Answer = { rows: [] };

/** A connection on this thread, which stands still while the file is read, written and synced. */
export function connectHere(path: string): SqliteConnectionHere {
  const database = openFile(path);
  const prepare = preparedOnce(database);
  let begun = false;
  /** Why there is no transaction, where one was meant to be. */
  let missing: { readonly why: unknown } | undefined;

  /**
   * A full disk makes SQLite roll back by itself; what was asked ahead would then be kept outside of any transaction. It
   * fails for the same reason: whose answer is looked at first is chance.
   */
  const within = (work: () => Answer): Answer => {
    if (missing !== undefined) throw missing.why;
    if (begun && !database.inTransaction) throw new Error('the transaction was ended from within');
    try {
      return work();
    } catch (error) {
      if (begun && !database.inTransaction) missing = { why: error };
      throw error;
    }
  };

  const run = (text: string, values: readonly unknown[]): Answer => {
    const statement = prepare(text);
    if (statement.reader) return { rows: statement.all(values) as object[] };
    const { changes, lastInsertRowid } = statement.run(values);
    return { rows: [], changes, lastId: lastInsertRowid };
  };

  const runForEach = ({ text, rows }: EachStep): Answer => {
    const statement = prepare(text);
    let changes = 0;
    for (const row of rows) changes += statement.run(row).changes;
    return { rows: [], changes };
  };

  const alone = (work: () => Answer): Answer => {
    prepare('begin immediate').run();
    try {
      const answer = work();
      prepare('commit').run();
      return answer;
    } finally {
      if (database.inTransaction) prepare('rollback').run();
    }
  };

  return {
    apart: false,
    take(step) {
      switch (step.do) {
        case 'begin':
          // With the write lock: a transaction that reads first and asks for the lock later is refused with
          // SQLITE_BUSY_SNAPSHOT as soon as somebody else wrote in between, and no busy timeout helps it.
          try {
            prepare(step.reads === true ? 'begin' : 'begin immediate').run();
          } catch (error) {
            if (step.ahead === true) missing = { why: error };
            throw error;
          }
          begun = true;
          return NOTHING;
        case 'run':
          return within(() => run(step.text, step.values));
        case 'each':
          return within(() => {
            if (begun === (step.alone === true)) throw new Error('rows are written within a transaction, or as one');
            return step.alone === true ? alone(() => runForEach(step)) : runForEach(step);
          });
        case 'commit':
          within(() => {
            prepare('commit').run();
            return NOTHING;
          });
          begun = false;
          return NOTHING;
        case 'rollback':
          // A second rollback would fail and hide the reason of the first.
          if (database.inTransaction) prepare('rollback').run();
          begun = false;
          missing = undefined;
          return NOTHING;
        default:
          return unreachable(step);
      }
    },
    iterate: (text, values) => prepare(text).iterate(values) as Iterable<object>,
    close: () => void database.close(),
  };
}
