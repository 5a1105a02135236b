import { existsSync } from 'node:fs';
import SQLite from 'better-sqlite3';

/**
 * Whether a service works on a SQLite database, told by a lock that ends with its process however that ends. Any number
 * of services may share one database; a restore wants it for itself.
 */
const lockFile = (databasePath: string): string => `${databasePath}.in-use`;

/** Says that this process works on the database; returns what takes that back. */
export function holdInUse(databasePath: string): () => void {
  const lock = new SQLite(lockFile(databasePath));
  // Without a log beside it, so that reading alone holds the lock.
  lock.pragma('journal_mode = DELETE');
  lock.exec('CREATE TABLE IF NOT EXISTS in_use (x)');
  lock.exec('BEGIN');
  lock.prepare('SELECT count(*) FROM in_use').get();
  return () => void lock.close();
}

/** Whether some process holds it. */
export function isInUse(databasePath: string): boolean {
  if (!existsSync(lockFile(databasePath))) return false;
  const lock = new SQLite(lockFile(databasePath), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    lock.exec('ROLLBACK');
    return false;
  } catch (error) {
    if (error instanceof SQLite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true;
    throw error;
  } finally {
    lock.close();
  }
}
