import type Database from 'better-sqlite3';
import { type OutboxStatements, prepareOutbox, type StoredRow } from './outbox-statements.ts';

/**
 * Takes waiting rows of another outbox into `target`, in one transaction there; returns how many were new. They keep their
 * names, so a row the cloud has answered for meanwhile is at worst sent once more and answered again.
 */
export function adopt(source: Iterable<StoredRow>, target: Database.Database): number {
  const into = prepareOutbox(target);
  return target
    .transaction(() => {
      let rows = 0;
      let bytes = 0;
      for (const row of source) {
        if (insert(into, row)) {
          rows += 1;
          bytes += row.bytes;
        }
      }
      into.add.run(rows, bytes, 0, 0);
      return rows;
    })
    .immediate();
}

function insert(into: OutboxStatements, row: StoredRow): boolean {
  const { epoch, seq, type, priority, at, monoMs, boot, clock, body, bytes } = row;
  return into.insert.run(epoch, seq, type, priority, at, monoMs, boot, clock, body, bytes).changes === 1;
}

/**
 * Moves what waits in `memory` to `disk`, with the counts of dropped rows; `alongside` adds to the transaction. Parked rows
 * stay: the cloud has told of each. The other process is kept from answering for rows of `memory` meanwhile. Throws when
 * the disk fails; nothing has been moved then as far as `memory` knows.
 */
export function moveBack(memory: Database.Database, disk: Database.Database, alongside: () => void): number {
  const from = prepareOutbox(memory);
  const into = prepareOutbox(disk);
  return memory
    .transaction(() => {
      const rows = disk
        .transaction(() => {
          // Something must change, or SQLite writes nothing and nothing is proven of the disk.
          disk.exec(`INSERT INTO meta VALUES ('disk-proven', '1') ON CONFLICT DO UPDATE SET value = value + 1`);
          alongside();
          for (const { kind, rows } of from.dropped.all()) into.countDropped.run(kind, rows);
          return adopt(from.after.iterate(0), disk);
        })
        .immediate();
      memory.exec('DELETE FROM outbox; DELETE FROM outbox_dropped; DELETE FROM snapshot');
      const { waiting, bytes } = from.sum.get() ?? { waiting: 0, bytes: 0 };
      from.add.run(-waiting, -bytes, 0, 0);
      return rows;
    })
    .immediate();
}
