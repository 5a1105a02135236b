import { ORGANIC } from '../core/source.ts';
import type { Db } from './database.ts';
import type { JournalWriter } from './member-journal.ts';

/** Of what made either a friend, what was proven stays, and of two proofs the first. */
export async function foldSource(
  db: Db,
  journal: JournalWriter,
  { survivor, absorbed }: { readonly survivor: string; readonly absorbed: string },
): Promise<void> {
  const rowOf = (member: string) =>
    db.selectFrom('friend_source').selectAll().where('member_id', '=', member).executeTakeFirst();
  const theirs = await rowOf(absorbed);
  if (theirs === undefined) return;
  await journal.remove('friend_source', { ...theirs });
  const ours = await rowOf(survivor);
  if (ours !== undefined && !isBetter(theirs, ours)) return;
  if (ours !== undefined) await journal.remove('friend_source', { ...ours });
  await journal.add('friend_source', { ...theirs, member_id: survivor });
}

interface Row {
  readonly source: string;
  readonly since: number;
  readonly proven_at: number | null;
}

const isBetter = (one: Row, other: Row): boolean => {
  if ((one.source === ORGANIC) !== (other.source === ORGANIC)) return other.source === ORGANIC;
  return (one.proven_at ?? one.since) < (other.proven_at ?? other.since);
};
