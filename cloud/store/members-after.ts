import type { EpochMs } from '../../protocol/units.ts';
import type { MemberId } from '../core/ids.ts';
import type { Db } from './database.ts';
import { livingMembers } from './member-living.ts';

/** A page of all members who are one of their own, in the order of their ids; `by`: only those who were known by then. */
export async function membersAfter(db: Db, member: MemberId, limit: number, by?: EpochMs): Promise<MemberId[]> {
  const rows = await livingMembers(db)
    .select('id')
    .where('id', '>', member)
    .$if(by !== undefined, (members) => members.where('created_at', '<=', by as EpochMs))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id as MemberId);
}
