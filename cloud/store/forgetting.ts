import type { Db } from './database.ts';
import { transact } from './transact.ts';

/** Does something in a transaction that leaves no trace: whatever `work` writes, only what it answers stays. */
export async function forgetting<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  let done: { readonly value: T } | undefined;
  try {
    await transact(db, async (tx) => {
      done = { value: await work(tx) };
      throw new Forget();
    });
  } catch (error) {
    if (!(error instanceof Forget)) throw error;
  }
  if (done === undefined) throw new Error('the work was not done');
  return done.value;
}

/** Thrown so that the database forgets. */
class Forget extends Error {}
