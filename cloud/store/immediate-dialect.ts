import type SQLite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type SelectModifierNode,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  SqliteQueryCompiler,
} from 'kysely';
import { preparedOnce } from './prepared-once.ts';

/**
 * SQLite for several processes on one file. A transaction takes the write lock when it begins: one that reads first
 * and asks for the lock later is refused with SQLITE_BUSY_SNAPSHOT as soon as somebody else wrote in between, and no
 * busy timeout helps it.
 */
export function immediateDialect(database: SQLite.Database): SqliteDialect {
  return new ImmediateDialect(database);
}

class ImmediateDialect extends SqliteDialect {
  readonly #database: SQLite.Database;

  constructor(database: SQLite.Database) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#database);
  }

  override createQueryCompiler(): SqliteQueryCompiler {
    return new LocklessCompiler();
  }

  override createAdapter(): SqliteAdapter {
    return new SqliteRowsAdapter(this.#database);
  }
}

const LOCKS: ReadonlySet<string | undefined> = new Set<SelectModifierNode['modifier']>([
  'ForUpdate',
  'ForNoKeyUpdate',
  'ForShare',
  'ForKeyShare',
  'NoWait',
  'SkipLocked',
]);

/** Leaves out row locks, which PostgreSQL needs: here the transaction holds the whole file. */
class LocklessCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (!LOCKS.has(node.modifier)) super.visitSelectModifier(node);
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: SQLite.Database;

  constructor(database: SQLite.Database) {
    super({ database: preparedOnce(database) });
    this.#database = database;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** A full disk makes SQLite roll back by itself; a second rollback would fail and hide the reason of the first. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** SQLite changes its schema in transactions, though Kysely does not count on it; our migrations do. */
export class SqliteRowsAdapter extends SqliteAdapter {
  readonly #statements: Map<string, SQLite.Statement> = new Map();
  readonly #database: SQLite.Database;

  constructor(database: SQLite.Database) {
    super();
    this.#database = database;
  }

  /**
   * Runs one statement for each row, within the transaction that is open: the fastest way in (19 µs a row of 17 columns,
   * where one statement for all of them takes 24). Returns how many rows it changed.
   */
  runForEach(text: string, rows: readonly (readonly unknown[])[]): number {
    if (!this.#database.inTransaction) throw new Error('rows are written within a transaction');
    const statement = this.#statements.get(text) ?? this.#database.prepare(text);
    this.#statements.set(text, statement);
    let changed = 0;
    for (const row of rows) changed += statement.run(row).changes;
    return changed;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
