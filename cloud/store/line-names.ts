import type { EpochMs } from '../../protocol/units.ts';
import { LINE_NAME } from '../core/consent.ts';
import type { MemberId } from '../core/ids.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { listOf } from './many.ts';
import { profileRows } from './member-profile.ts';

/** What people are called on LINE, kept for those who agreed to it, as an attribute of the same name as the consent. */

/** Of these members, those whose name is known and who agree to it now. */
export async function lineNames(db: Db, members: readonly MemberId[]): Promise<Map<MemberId, string>> {
  const rows = await db
    .selectFrom('member_attribute')
    .innerJoin('consent', 'consent.member_id', 'member_attribute.member_id')
    .select(['member_attribute.member_id as id', 'value', 'consent.action as action'])
    .where('member_attribute.member_id', 'in', listOf(db, members))
    .where('member_attribute.name', '=', LINE_NAME)
    .where('consent.purpose', '=', LINE_NAME)
    .orderBy('consent.at')
    .orderBy('consent.id')
    .execute();
  const names = new Map<MemberId, string>();
  // The last word counts.
  for (const { id, value, action } of rows) {
    if (action === 'granted') names.set(id as MemberId, String(JSON.parse(value)));
    else names.delete(id as MemberId);
  }
  return names;
}

/** Asks by the member's LINE user id and keeps the answer. Rejects where `ask` does. */
export async function rememberLineName(
  { db }: Pick<StoreContext, 'db'>,
  member: MemberId,
  ask: (userId: string) => Promise<string | undefined>,
  at: EpochMs,
): Promise<void> {
  const link = await db
    .selectFrom('identity_link')
    .select('subject')
    .where('member_id', '=', member)
    .where('kind', '=', 'line_user')
    .where('ended_at', 'is', null)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  const name = link && (await ask(link.subject));
  if (name !== undefined) await profileRows({ db }).setAttributes(member, { [LINE_NAME]: name }, at);
}
