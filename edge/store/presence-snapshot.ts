import type Database from 'better-sqlite3';
import { PresenceSnapshot } from '../core/presence-snapshot.ts';
import { storedJson } from './stored-json.ts';

/** Who was present, kept beside the outbox so that both can change in one transaction. */
export interface PresenceSnapshots {
  write(snapshot: PresenceSnapshot): void;
  /** `undefined` when there is none, or a newer version wrote something this one cannot read. */
  read(): PresenceSnapshot | undefined;
}

export function createPresenceSnapshots(db: Database.Database): PresenceSnapshots {
  const put = db.prepare<[string]>(`INSERT OR REPLACE INTO snapshot VALUES ('presence', ?)`);
  const get = db.prepare<[], string>(`SELECT body FROM snapshot WHERE name = 'presence'`).pluck();
  return {
    write(snapshot) {
      put.run(JSON.stringify(snapshot));
    },
    read() {
      const body = get.get();
      return body === undefined ? undefined : PresenceSnapshot.safeParse(storedJson(body)).data;
    },
  };
}
