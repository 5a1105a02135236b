import type SQLite from 'better-sqlite3';

/** Texts of a program are few; those of migrations and long lists come once. */
const KEPT_MOST = 300;

/**
 * Statements prepared once for each text: reading it anew costs as much as running a small one (0.1 ms for the inserts
 * of a batch). The connection runs one at a time, so that no two can want the same one.
 */
export function preparedOnce(database: SQLite.Database): (text: string) => SQLite.Statement {
  const kept = new Map<string, SQLite.Statement>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined && !known.busy) return known;
    const statement = database.prepare(text);
    if (kept.size >= KEPT_MOST) kept.clear();
    kept.set(text, statement);
    return statement;
  };
}
