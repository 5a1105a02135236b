import { sql } from 'kysely';
import type { EpochMs } from '../../protocol/units.ts';
import { MARKETING } from '../core/consent.ts';
import type { MemberId } from '../core/ids.ts';
import { ORGANIC, PROVES_FOR_MS, type Source, sourceText } from '../core/source.ts';
import type { Changes } from '../core/working-set-types.ts';
import type { Db } from './database.ts';
import { rowsTable } from './many.ts';

/**
 * What made each member a friend.
 *
 *   nothing ──follow──► organic ──proof within a day──► proven   (the first proof stays)
 *      └──────────────proof of who is no friend yet───────▲
 *
 * Who was a friend for longer than a day is made none by a poster. Coupons given since the friendship began, and by
 * nothing else that was proven, carry the source on to the till.
 */
export async function noteSources(db: Db, learned: Changes['sources']): Promise<void> {
  const proven = new Set(learned.flatMap(({ memberId, source }) => (source === undefined ? [] : [memberId])));
  // Most come and prove nothing: a hundred of them take one statement.
  await addOrganic(
    db,
    learned.filter(({ memberId }) => !proven.has(memberId)),
  );
  for (const { memberId, source, at } of learned.filter((one) => proven.has(one.memberId))) {
    // Who comes back after blocking the account, or was a friend before we counted, has not just become one.
    if (source === undefined) await addRow(db, memberId, ORGANIC, (await friendSince(db, memberId)) ?? at, null);
    else if (!(await prove(db, memberId, source, at))) continue;
    await creditCoupons(db, memberId, at);
  }
}

/** Who comes back after blocking the account is known already, perhaps by what they once proved. */
async function addOrganic(db: Db, came: Changes['sources']): Promise<void> {
  const first = [...new Map(came.toReversed().map((one) => [one.memberId, one])).values()];
  if (first.length === 0) return;
  const shape = { member_id: 'text', at: 'int' } as const;
  const rows = first.map(({ memberId, at }) => ({ member_id: memberId as string, at: at as number }));
  const { numAffectedRows } = await sql`
    INSERT INTO friend_source (member_id, source, since, proven_at)
    SELECT r.member_id, ${ORGANIC}, COALESCE((
      SELECT min(consent.at) FROM consent
      WHERE consent.member_id = r.member_id AND consent.purpose = ${MARKETING} AND consent.action = 'granted'
    ), r.at), NULL
    FROM ${rowsTable(db, shape, rows)} AS r WHERE true ON CONFLICT (member_id) DO NOTHING
  `.execute(db);
  if (Number(numAffectedRows ?? 0) === first.length) return;
  for (const { memberId, at } of first) await creditCoupons(db, memberId, at);
}

/** What is known of one member's coming. */
export const sourceOf = (db: Db, member: MemberId) =>
  db
    .selectFrom('friend_source')
    .select(['source', 'since', 'proven_at as provenAt'])
    .where('member_id', '=', member)
    .executeTakeFirst();

/** False where the member came by something else. */
async function prove(db: Db, member: MemberId, source: Source, at: EpochMs): Promise<boolean> {
  const known = await sourceOf(db, member);
  const since = known?.since ?? (await friendSince(db, member)) ?? at;
  if ((known !== undefined && known.source !== ORGANIC) || at - since > PROVES_FOR_MS) return false;
  if (known === undefined) return await addRow(db, member, sourceText(source), Math.min(since, at), at);
  await db
    .updateTable('friend_source')
    .set({ source: sourceText(source), proven_at: at })
    .where('member_id', '=', member)
    .where('source', '=', ORGANIC)
    .execute();
  return true;
}

async function friendSince(db: Db, member: MemberId): Promise<number | undefined> {
  const { at } = await db
    .selectFrom('consent')
    .select(({ fn }) => fn.min<number | null>('at').as('at'))
    .where('member_id', '=', member)
    .where('purpose', '=', MARKETING)
    .where('action', '=', 'granted')
    .executeTakeFirstOrThrow();
  return at ?? undefined;
}

async function addRow(db: Db, member: MemberId, source: string, since: number, provenAt: number | null) {
  const [done] = await db
    .insertInto('friend_source')
    .values({ member_id: member, source, since, proven_at: provenAt })
    .onConflict((conflict) => conflict.column('member_id').doNothing())
    .execute();
  return Number(done?.numInsertedOrUpdatedRows ?? 0) === 1;
}

async function creditCoupons(db: Db, member: MemberId, at: EpochMs): Promise<void> {
  const known = await sourceOf(db, member);
  if (known === undefined || known.source === ORGANIC || at - known.since > PROVES_FOR_MS) return;
  await db
    .updateTable('coupon')
    .set({ source: known.source })
    .where('member_id', '=', member)
    .where('source', 'is', null)
    .where('issued_at', '>=', known.since)
    .execute();
}
