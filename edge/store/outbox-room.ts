import { epochMs } from '../../protocol/units.ts';
import {
  type EventKind,
  type Losses,
  NO_LOSSES,
  PRIORITIES,
  PRIORITY_OF,
  plusLosses,
  withLost,
} from '../core/outbox-losses.ts';
import { OUTBOX_EVICT_SHARE, OUTBOX_PARKED_SHARE } from '../core/thresholds.ts';
import { draftOf } from './outbox-rows.ts';
import type { OutboxStatements, StoredRow } from './outbox-statements.ts';

/**
 * Frees a share of a full outbox by giving up rows, the least important and oldest first; returns what has gone. Must run
 * in the transaction that filled it.
 */
export function makeRoom(statements: OutboxStatements, maxBytes: number): Losses {
  const { bytes, parkedBytes } = statements.sum.get() ?? { bytes: 0, parkedBytes: 0 };
  if (bytes + parkedBytes <= maxBytes) return NO_LOSSES;
  let excess = bytes + parkedBytes - maxBytes * (1 - OUTBOX_EVICT_SHARE);
  let losses = NO_LOSSES;
  for (const priority of PRIORITIES) {
    if (excess <= 0) break;
    let gone = NO_LOSSES;
    let rows = 0;
    let freed = 0;
    let last = 0;
    const oldest =
      priority === PRIORITY_OF.enter ? statements.oldestPresence.iterate() : statements.oldestOf.iterate(priority);
    for (const row of oldest) {
      if (freed >= excess) break;
      gone = lostRow(gone, row);
      rows += 1;
      freed += row.bytes;
      last = row.id;
    }
    if (rows === 0) continue;
    statements.deleteOldestOf.run(priority, last);
    statements.add.run(-rows, -freed, 0, 0);
    // What an evicted loss row named was counted when it went; only its text moves on.
    if (priority !== PRIORITY_OF.loss) countLosses(statements, gone.kinds);
    losses = plusLosses(losses, gone);
    excess -= freed;
  }
  return losses;
}

/** A row whose text is damaged still tells what it was in its columns. */
function lostRow(gone: Losses, row: StoredRow): Losses {
  const draft = draftOf(row);
  if (draft !== undefined) return withLost(gone, draft);
  const at = epochMs(row.at);
  return plusLosses(gone, { kinds: { [row.type]: 1 }, from: at, until: at });
}

function countLosses(statements: OutboxStatements, kinds: Losses['kinds']): void {
  for (const [kind, rows] of Object.entries(kinds) as [EventKind, number][]) statements.countDropped.run(kind, rows);
}

/** Keeps the refused rows within their share: the oldest go, counted. The cloud that refused them has told of each. */
export function boundParked(statements: OutboxStatements, maxBytes: number): void {
  const { parkedBytes } = statements.sum.get() ?? { parkedBytes: 0 };
  const excess = parkedBytes - maxBytes * OUTBOX_PARKED_SHARE;
  if (excess <= 0) return;
  const kinds = new Map<string, number>();
  let rows = 0;
  let freed = 0;
  let last = 0;
  for (const row of statements.oldestParked.iterate()) {
    if (freed >= excess) break;
    kinds.set(row.type, (kinds.get(row.type) ?? 0) + 1);
    rows += 1;
    freed += row.bytes;
    last = row.id;
  }
  statements.deleteParked.run(last);
  statements.add.run(0, 0, -rows, -freed);
  for (const [kind, count] of kinds) statements.countDropped.run(kind, count);
}
