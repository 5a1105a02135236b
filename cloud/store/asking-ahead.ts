import { type DatabaseConnection, type Dialect, DummyDriver, Transaction } from 'kysely';
import type { Db } from './database.ts';
import type { Database } from './schema.ts';

/**
 * The same transaction, whose statements go to the database as they are made instead of each waiting for the answer to
 * the one before: Kysely lends a transaction's connection to one of them at a time, though the connections we use keep
 * their order by themselves. A transaction of twenty statements on the thread of SQLite took 5 ms of waiting for turns.
 */
export async function askingAhead(tx: Transaction<Database>): Promise<Db> {
  const lent = await new Promise<DatabaseConnection>((resolve, reject) => {
    tx.getExecutor()
      .provideConnection(async (connection) => resolve(connection))
      .catch(reject);
  });
  const executor = tx.getExecutor().withConnectionProvider({ provideConnection: (consumer) => consumer(lent) });
  const dialect: Dialect = {
    createAdapter: () => executor.adapter,
    createDriver: () => new DummyDriver(),
    createIntrospector: () => {
      throw new Error('tables are looked at outside of such a transaction');
    },
    createQueryCompiler: () => {
      throw new Error('statements are compiled by the executor of the transaction');
    },
  };
  return new Transaction<Database>({ config: { dialect }, dialect, driver: new DummyDriver(), executor });
}
