import Database from 'better-sqlite3';

/**
 * Opens the node's one SQLite file and brings its schema up to date. Radio and uplink each hold a connection of their own.
 *
 * WAL lets the uplink read while the radio writes. `synchronous` must be set on every connection: this SQLite opens WAL
 * files with NORMAL, which forgets acknowledged commits in a power cut. Throws when the file cannot be opened or written.
 */
export function openDatabase(path: string): Database.Database {
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  useWal(db);
  db.pragma('synchronous = FULL');
  migrate(db);
  return db;
}

/** The other process holds the write lock for one commit; on a worn SD card a sync takes up to seconds. */
const BUSY_TIMEOUT_MS = 5_000;

const WAL_RETRY_MS = 20;

/**
 * Changing the journal mode does not wait for a lock as statements do: of two daemons that open a fresh file at once one
 * is refused straight away. It asks again until the other is done.
 */
function useWal(db: Database.Database): void {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!busy || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_RETRY_MS);
    }
  }
}

/** One entry per schema version, never edited once shipped. The first: old code finds no file, so nothing to consider. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;

  -- AUTOINCREMENT: a seq stays used after its row is gone.
  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    epoch TEXT NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    mono_ms REAL NOT NULL,
    boot TEXT NOT NULL,
    clock TEXT NOT NULL,
    body TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'parked')),
    reject_code TEXT
  ) STRICT;
  CREATE INDEX outbox_by_state ON outbox (state, seq);

  -- Both processes add and remove rows, so the size is kept where both see it: in the transaction itself.
  CREATE TABLE outbox_size (id INTEGER PRIMARY KEY CHECK (id = 1), bytes INTEGER NOT NULL, dropped INTEGER NOT NULL) STRICT;
  INSERT INTO outbox_size VALUES (1, 0, 0);
  CREATE TRIGGER outbox_grew AFTER INSERT ON outbox BEGIN UPDATE outbox_size SET bytes = bytes + new.bytes; END;
  CREATE TRIGGER outbox_shrank AFTER DELETE ON outbox BEGIN UPDATE outbox_size SET bytes = bytes - old.bytes; END;

  CREATE TABLE snapshot (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID, STRICT;
  `,
];

function migrate(db: Database.Database): void {
  const upgrade = db.transaction(() => {
    const version = Number(db.pragma('user_version', { simple: true }));
    for (const sql of MIGRATIONS.slice(version)) db.exec(sql);
    if (version < MIGRATIONS.length) db.pragma(`user_version = ${MIGRATIONS.length}`);
  });
  // Immediate: two daemons starting together must not both find the old version.
  upgrade.immediate();
}
