import Database from 'better-sqlite3';

/**
 * Opens the node's one SQLite file and brings its schema up to date. Radio and uplink each hold a connection of their own.
 *
 * WAL lets the uplink read while the radio writes. `synchronous` must be set on every connection: this SQLite opens WAL
 * files with NORMAL, which forgets acknowledged commits in a power cut. Throws when the file cannot be opened or written.
 */
export function openDatabase(path: string): Database.Database {
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    useWal(db);
    db.pragma('synchronous = FULL');
    migrate(db);
  } catch (error) {
    db.close();
    throw error;
  }
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
  // Old code survives: it does not look at these tables.
  `
  -- What the cloud wants of this node, and what became of it.
  CREATE TABLE shadow (node TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID, STRICT;

  CREATE TABLE command (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    result TEXT,
    -- What the process does once the broker has the result.
    follow_up TEXT,
    told INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- From the uplink to the radio.
  CREATE TABLE radio_request (id TEXT PRIMARY KEY, body TEXT NOT NULL, answer INTEGER) WITHOUT ROWID, STRICT;
  `,
  // Old code finds no column it knows in the outbox and ends; nothing is lost, and the new one takes over its rows.
  `
  ALTER TABLE outbox RENAME TO outbox_before;
  DROP INDEX outbox_by_state;
  DROP TRIGGER outbox_grew;
  DROP TRIGGER outbox_shrank;

  -- id is the order they were written in; (epoch, seq) is what the cloud knows a row by.
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    priority INTEGER NOT NULL,
    at INTEGER NOT NULL,
    mono_ms REAL NOT NULL,
    boot TEXT NOT NULL,
    clock TEXT NOT NULL,
    body TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    UNIQUE (epoch, seq)
  ) STRICT;
  -- Almost all rows are presence with a good clock: they pay for neither index.
  CREATE INDEX outbox_by_priority ON outbox (priority, id) WHERE priority <> 1;
  CREATE INDEX outbox_to_repair ON outbox (boot, clock) WHERE clock <> 'synced';

  CREATE TABLE outbox_parked (
    id INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    code TEXT NOT NULL,
    body TEXT NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;

  -- Kept up to date in every transaction: counting a million rows takes longer than sending the first of them.
  CREATE TABLE outbox_sum (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    waiting INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    parked INTEGER NOT NULL,
    parked_bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE outbox_dropped (kind TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID, STRICT;

  INSERT INTO outbox
    SELECT seq, epoch, seq, type, CASE type WHEN 'footfall' THEN 0 WHEN 'loss' THEN 2 ELSE 1 END,
      at, mono_ms, boot, clock, body, bytes FROM outbox_before WHERE state = 'waiting' ORDER BY seq;
  INSERT INTO outbox_parked
    SELECT seq, epoch, seq, type, coalesce(reject_code, 'failed'), body, bytes FROM outbox_before WHERE state = 'parked';
  INSERT INTO outbox_sum SELECT 1,
    (SELECT count(*) FROM outbox), (SELECT coalesce(sum(bytes), 0) FROM outbox),
    (SELECT count(*) FROM outbox_parked), (SELECT coalesce(sum(bytes), 0) FROM outbox_parked);
  INSERT INTO outbox_dropped SELECT 'unknown', dropped FROM outbox_size WHERE dropped > 0;
  DROP TABLE outbox_size;
  DROP TABLE outbox_before;
  DELETE FROM meta WHERE key = 'epoch';
  `,
];

/** What `user_version` says of an up-to-date file. */
export const SCHEMA_VERSION = MIGRATIONS.length;

function migrate(db: Database.Database): void {
  // Writing nothing where nothing is to do: a disk that is read-only today can still be read.
  if (db.pragma('user_version', { simple: true }) === MIGRATIONS.length) return;
  const upgrade = db.transaction(() => {
    const version = Number(db.pragma('user_version', { simple: true }));
    for (const sql of MIGRATIONS.slice(version)) db.exec(sql);
    if (version < MIGRATIONS.length) db.pragma(`user_version = ${MIGRATIONS.length}`);
  });
  // Immediate: two daemons starting together must not both find the old version.
  upgrade.immediate();
}
