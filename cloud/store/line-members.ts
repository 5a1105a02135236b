import type { EpochMs } from '../../protocol/units.ts';
import type { MemberId } from '../core/ids.ts';
import type { StoreContext } from './context.ts';
import { memberRows } from './members.ts';
import { transact } from './transact.ts';

/**
 * The member behind a LINE user id that LINE itself has just vouched for. Where nobody is known by it a member is made,
 * known to `issuer`: the account's own user id, as webhooks name it.
 */
export async function memberOfLineUser(
  context: StoreContext,
  userId: string,
  issuer: () => Promise<string>,
  at: EpochMs,
): Promise<MemberId> {
  const known = await context.db
    .selectFrom('identity_link')
    .select('member_id')
    .where('kind', '=', 'line_user')
    .where('subject', '=', userId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (known !== undefined) return known.member_id as MemberId;
  const identity = { kind: 'line_user' as const, issuer: await issuer(), subject: userId };
  return await transact(context.db, async (db) => {
    const members = memberRows({ ...context, db });
    const [meanwhile] = (await members.find([identity])).values();
    return meanwhile ?? (await members.create(identity, at)).id;
  });
}
