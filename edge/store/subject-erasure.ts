import type Database from 'better-sqlite3';
import { SqliteError } from 'better-sqlite3';
import { type TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import { eraseFromOutbox } from './outbox-erase.ts';
import type { PresenceSnapshots } from './presence-snapshot.ts';
import { storedJson } from './stored-json.ts';

/** What an erasure took away, for the confirmation. */
export interface Erased {
  readonly waiting: number;
  readonly parked: number;
  readonly present: number;
  /** Whether their bytes are gone too; false where the disk had no room for it. */
  readonly overwritten: boolean;
}

/**
 * Takes everything about these tags from the disk: events on their way, events the cloud refused, the presence snapshot.
 * One transaction; throws when the disk fails.
 */
export function eraseSubjects(
  db: Database.Database,
  snapshots: PresenceSnapshots,
  subjects: readonly TagSubject[],
): Erased {
  const wanted = new Set(subjects.map(tagSubjectKey));
  const erased = db
    .transaction(() => {
      const rows = eraseFromOutbox(db, (body) => isAbout(wanted, body));
      return { ...rows, present: forgetPresent(snapshots, wanted) };
    })
    .immediate();
  return { ...erased, overwritten: overwriteFreed(db) };
}

/**
 * Deleted rows stay in free pages, also those of events that were delivered long ago: the file is written anew without
 * them, and the log emptied. Overwriting at every deletion would cost the card more than the rare erasure does.
 */
function overwriteFreed(db: Database.Database): boolean {
  try {
    db.exec('VACUUM');
    db.pragma('wal_checkpoint(TRUNCATE)');
    return true;
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
    return false;
  }
}

/** The text was serialised from an event of ours; a schema for each of hundreds of thousands would hold up the node. */
function isAbout(wanted: ReadonlySet<string>, body: string): boolean {
  const stored = storedJson(body);
  // Nobody can tell who is in a damaged row.
  if (typeof stored !== 'object' || stored === null) return true;
  if (!('subject' in stored) || typeof stored.subject !== 'object' || stored.subject === null) return false;
  return wanted.has(tagSubjectKey(stored.subject as TagSubject));
}

function forgetPresent(snapshots: PresenceSnapshots, wanted: ReadonlySet<string>): number {
  const snapshot = snapshots.read();
  if (snapshot === undefined) return 0;
  const tags = snapshot.tags.filter(({ subject }) => !wanted.has(tagSubjectKey(subject)));
  if (tags.length < snapshot.tags.length) snapshots.write({ ...snapshot, tags });
  return snapshot.tags.length - tags.length;
}
