import { MARKETING } from '../core/consent.ts';
import type { MemberId } from '../core/ids.ts';
import type { IdentityKind, MemberPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';

export const memberRows = ({ db, mint }: StoreContext): MemberPort => ({
  async byIdentity(kind, issuer, subject) {
    const row = await db
      .selectFrom('identity_link')
      .innerJoin('member', 'member.id', 'identity_link.member_id')
      .select(['member.id as id', 'member.blocked as blocked'])
      .where('identity_link.kind', '=', kind)
      .where('identity_link.issuer', '=', issuer)
      .where('identity_link.subject', '=', subject)
      .where('identity_link.ended_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const consent = await db
      .selectFrom('consent')
      .select('action')
      .where('member_id', '=', row.id)
      .where('purpose', '=', MARKETING)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return { id: row.id as MemberId, blocked: row.blocked === 1, consent: consent?.action ?? 'none' };
  },

  async create(identity, at) {
    const id = mint.id('member') as MemberId;
    await db.insertInto('member').values({ id, blocked: 0, created_at: at }).execute();
    await linkIdentity({ db, mint }, id, identity, at);
    return { id, blocked: false, consent: 'none' };
  },

  async setBlocked(id, blocked) {
    await db
      .updateTable('member')
      .set({ blocked: blocked ? 1 : 0 })
      .where('id', '=', id)
      .execute();
  },

  async recordConsent(id, consent) {
    await db
      .insertInto('consent')
      .values({ id: mint.id('consent'), member_id: id, ...consent })
      .execute();
  },
});

/** Ties one more identity to a member; returns the id of the link. Throws on a live link of the same identity (the unique index refuses it). */
export async function linkIdentity(
  { db, mint }: Pick<StoreContext, 'db' | 'mint'>,
  memberId: string,
  identity: { readonly kind: IdentityKind; readonly issuer: string; readonly subject: string },
  at: number,
): Promise<string> {
  const id = mint.id('link');
  await db
    .insertInto('identity_link')
    .values({ id, member_id: memberId, ...identity, created_at: at, ended_at: null })
    .execute();
  return id;
}
