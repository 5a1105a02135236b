import type { Db } from './database.ts';
import { isPostgres } from './dialect.ts';
import { SqliteRowsAdapter } from './immediate-dialect.ts';

/**
 * Statements of one transaction that do not need one another's answers. PostgreSQL, and SQLite on a thread of its own,
 * answer while the next ones are being made; SQLite on this thread answers at once, so there each begins when the one
 * before is done. Either way the first statements of all steps reach the database in this order; what a step asks after
 * its first answer may come later than what follows the step. Rejects as the first of them that failed, and not before
 * all have ended: what comes after a rollback would be outside of any transaction. Where there is none, statements of
 * PostgreSQL would each take a connection of their own, in no order; there, too, one waits for the other.
 */
export async function together<const Steps extends readonly (() => Promise<unknown>)[]>(
  db: Db,
  steps: Steps,
): Promise<{ [Index in keyof Steps]: Awaited<ReturnType<Steps[Index]>> }> {
  type Answers = { [Index in keyof Steps]: Awaited<ReturnType<Steps[Index]>> };
  const answers: unknown[] = [];
  if (!db.isTransaction || !asksAhead(db)) {
    for (const step of steps) answers.push(await step());
    return answers as unknown as Answers;
  }
  for (const settled of await Promise.allSettled(steps.map((step) => step()))) {
    if (settled.status === 'rejected') throw settled.reason;
    answers.push(settled.value);
  }
  return answers as unknown as Answers;
}

function asksAhead(db: Db): boolean {
  const { adapter } = db.getExecutor();
  return isPostgres(db) || (adapter instanceof SqliteRowsAdapter && adapter.asksAhead);
}
