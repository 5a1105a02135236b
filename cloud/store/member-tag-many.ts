import type { EpochMs } from '../../protocol/units.ts';
import type { Act } from '../core/access.ts';
import type { MemberId } from '../core/ids.ts';
import { auditRows } from './audit.ts';
import type { StoreContext } from './context.ts';
import { listOf } from './many.ts';
import { livingMembers } from './member-living.ts';
import { profileRows } from './member-profile.ts';
import { transact } from './transact.ts';

export interface TagChange {
  readonly tag: readonly string[];
  readonly untag: readonly string[];
}

/**
 * Gives tags to many members and takes them away, in one transaction. Those who have and lack them already are left as
 * they are, and so are those who were forgotten or merged meanwhile; returns how many changed.
 */
export async function tagMembers(
  context: StoreContext,
  ids: readonly MemberId[],
  { tag, untag }: TagChange,
  at: EpochMs,
  act: Act,
): Promise<number> {
  return await transact(context.db, async (db) => {
    const living = await livingMembers(db)
      .select('id')
      .where('id', 'in', listOf(db, ids))
      .orderBy('id')
      .forNoKeyUpdate()
      .execute();
    const profile = profileRows({ db });
    const known = await profile.facts(living.map(({ id }) => id as MemberId));
    let changed = 0;
    for (const [id, { tags }] of known) {
      const given = tag.filter((name) => !tags.has(name));
      const taken = untag.filter((name) => tags.has(name));
      if (given.length + taken.length === 0) continue;
      await profile.untag(id, taken, at);
      await profile.tag(id, given, at);
      changed += 1;
    }
    if (changed > 0) {
      const subject = { kind: 'Members', id: 'tag' };
      const detail = { tag, untag, changed };
      await auditRows(db, context.mint).write({ act, action: 'member.profile', subject, detail }, at);
    }
    return changed;
  });
}
