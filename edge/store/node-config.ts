import type Database from 'better-sqlite3';
import type { NodeId } from '../../protocol/ids.ts';
import { Shadow, UNSHADOWED } from '../core/shadow.ts';
import { storedJson } from './stored-json.ts';

/**
 * What the cloud wants of this node and what became of it, where both daemons see it: the uplink writes, the radio reads.
 * A machine that becomes another node begins without.
 */
export interface NodeConfigStore {
  /** `UNSHADOWED` when there is none, or a newer version wrote something this one cannot read. */
  read(): Shadow;
  /** Synced to disk when it returns. Throws when the disk fails. */
  write(shadow: Shadow): void;
}

export function createNodeConfigStore(db: Database.Database, nodeId: NodeId): NodeConfigStore {
  const get = db.prepare<[string], string>('SELECT body FROM shadow WHERE node = ?').pluck();
  const put = db.prepare<[string, string]>('INSERT OR REPLACE INTO shadow VALUES (?, ?)');
  return {
    read() {
      const body = get.get(nodeId);
      return body === undefined ? UNSHADOWED : (Shadow.safeParse(storedJson(body)).data ?? UNSHADOWED);
    },
    write(shadow) {
      put.run(nodeId, JSON.stringify(shadow));
    },
  };
}
