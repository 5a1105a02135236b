import { MARKETING } from '../core/consent.ts';
import type { MemberId } from '../core/ids.ts';
import { type Reach, reachOf } from '../core/member/reach.ts';
import type { Db } from './database.ts';
import { listOf } from './many.ts';

/** Which of these members LINE can carry an offer to; those who are not there are left out. */
export async function reachesOf(db: Db, ids: readonly MemberId[]): Promise<Map<MemberId, Reach>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('member').select(['id', 'blocked']).where('id', 'in', listOf(db, ids)).execute();
  const said = await db
    .selectFrom('consent')
    .select(['member_id', 'action'])
    .where('member_id', 'in', listOf(db, ids))
    .where('purpose', '=', MARKETING)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const consents = new Map(said.map(({ member_id, action }) => [member_id, action]));
  const onLine = await withLine(db, ids);
  return new Map(
    rows.map(({ id, blocked }) => {
      const member = id as MemberId;
      const consent = consents.get(id) ?? 'none';
      return [member, reachOf({ line: onLine.has(member), blocked: blocked === 1, consent })];
    }),
  );
}

/** Those of these members to whom a LINE account is tied. */
export async function withLine(db: Db, ids: readonly MemberId[]): Promise<Set<MemberId>> {
  const rows = await db
    .selectFrom('identity_link')
    .select('member_id')
    .where('member_id', 'in', listOf(db, ids))
    .where('kind', '=', 'line_user')
    .where('ended_at', 'is', null)
    .execute();
  return new Set(rows.map(({ member_id }) => member_id as MemberId));
}
