import type Database from 'better-sqlite3';
import { isDiskFault, unlessDiskFault } from './disk-fault.ts';
import { adopt } from './outbox-move.ts';
import { draftOf } from './outbox-rows.ts';
import { type OutboxStatements, prepareOutbox, type StoredRow } from './outbox-statements.ts';

/** How many waiting rows a damaged database gave back, and how many it is known to have held besides. */
export interface Salvaged {
  readonly salvaged: number;
  readonly lost: number;
}

/**
 * Takes what can still be read of a damaged outbox into `target`, in one transaction there; what cannot be read is counted
 * as dropped. Throws when the disk takes nothing into `target`.
 */
export function salvageRows(from: OutboxStatements, target: Database.Database): Salvaged {
  const waiting = unlessDiskFault(() => from.sum.get()?.waiting) ?? 0;
  let read = 0;
  function* counted(): Generator<StoredRow> {
    for (const row of readable(from, waiting)) {
      // The text of a row may be damaged where its page is not.
      if (draftOf(row) === undefined) continue;
      read += 1;
      yield row;
    }
  }
  return target
    .transaction(() => {
      const salvaged = adopt(counted(), target);
      const lost = Math.max(0, waiting - read);
      if (lost > 0) prepareOutbox(target).countDropped.run('unknown', lost);
      return { salvaged, lost };
    })
    .immediate();
}

/** A card that takes seconds to refuse each page must not hold up the events that come: after this the rest is given up. */
const PATIENCE_MS = 10_000;

/** A damaged leaf hides a dozen rows, a damaged page above it thousands: steps grow by one with so many faults in a row. */
const FAULTS_PER_STEP = 64;

/** Every row behind whatever is damaged: a reading that fails goes on with the next id that can be reached. */
function* readable({ after, lastId }: OutboxStatements, waiting: number): Generator<StoredRow> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let end: number | undefined;
  let at = 0;
  for (let faults = 1; ; faults += 1) {
    try {
      for (const row of after.iterate(at)) {
        yield row;
        at = row.id;
        faults = 0;
      }
      return;
    } catch (error) {
      if (!isDiskFault(error)) throw error;
    }
    end ??= unlessDiskFault(() => lastId.get()) ?? at + waiting;
    at += Math.ceil(Math.max(1, faults) / FAULTS_PER_STEP);
    if (at >= end || performance.now() > giveUpAt) return;
  }
}
