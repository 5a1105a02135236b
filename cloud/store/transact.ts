import { askingAhead } from './asking-ahead.ts';
import type { Db } from './database.ts';
import { isPostgresRace } from './postgres.ts';

const TRIES = 5;
const FIRST_PAUSE_MS = 5;

/**
 * Runs `work` in one transaction. On SQLite it holds the only write lock and nobody gets in between. On PostgreSQL
 * others write at the same time: what `work` reads and then relies on it locks (`forUpdate`, which SQLite leaves out),
 * and where somebody was faster all the same, it runs again from its beginning. So `work` must not change anything
 * outside the transaction before it succeeded.
 */
export async function transact<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(async (tx) => await work(await askingAhead(tx)));
    } catch (error) {
      if (attempt === TRIES || !isPostgresRace(error)) throw error;
      // Rivals that met once would meet again if they came back at the same time.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * FIRST_PAUSE_MS * 2 ** attempt));
    }
  }
}
