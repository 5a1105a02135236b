import type Database from 'better-sqlite3';
import type { NodeId } from '../../protocol/ids.ts';
import { OUTBOX_MAX_BYTES } from '../core/thresholds.ts';
import { boundParked } from './outbox-room.ts';
import { prepareOutbox } from './outbox-statements.ts';

/** Events of the node this machine was before, which now nobody may send. */
export interface TakenOver {
  readonly former: string;
  readonly parked: number;
}

const OWNER = `SELECT value FROM meta WHERE key = 'node'`;

/** Which node the rows of a database are of; `undefined` where no radio process has said so yet. */
export const ownerOf = (db: Database.Database): string | undefined => db.prepare<[], string>(OWNER).pluck().get();

/**
 * Makes a database that of `nodeId`. A machine that becomes another node begins without the former one's visitors: who was
 * present there has not left here, and what waited would be told as having happened at this door. So the one is forgotten,
 * and the other parked for people to see. Returns what was found of a former node. Throws when the disk fails.
 */
export function takeOver(db: Database.Database, nodeId: NodeId): TakenOver | undefined {
  if (ownerOf(db) === nodeId) return undefined;
  return db
    .transaction(() => {
      const former = ownerOf(db);
      db.prepare<[string]>(`INSERT OR REPLACE INTO meta VALUES ('node', ?)`).run(nodeId);
      if (former === undefined || former === nodeId) return undefined;
      const statements = prepareOutbox(db);
      const { waiting, bytes } = statements.sum.get() ?? { waiting: 0, bytes: 0 };
      db.exec(`
        INSERT INTO outbox_parked (epoch, seq, type, code, body, bytes)
          SELECT epoch, seq, type, 'other-node', body, bytes FROM outbox ORDER BY id;
        DELETE FROM outbox;
        DELETE FROM snapshot WHERE name IN ('presence', 'radio');
      `);
      statements.add.run(-waiting, -bytes, waiting, bytes);
      boundParked(statements, OUTBOX_MAX_BYTES);
      return { former, parked: waiting };
    })
    .immediate();
}
