import { type TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import { TAG_SENSING } from '../core/consent.ts';
import { Problem } from '../core/problem.ts';
import type { StoreContext } from './context.ts';
import { linkIdentity } from './members.ts';
import { transact } from './transact.ts';

/** Members as headquarters sees them: surrogate ids and what is tied to them, never a LINE user id. */
export function memberAdmin({ db, mint }: StoreContext) {
  return {
    async list(limit: number) {
      const rows = await db
        .selectFrom('member')
        .select(['id', 'blocked', 'created_at'])
        .orderBy('created_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ id: row.id, blocked: row.blocked === 1, createdAt: row.created_at }));
    },

    /** The member behind a LINE user id. Throws {@link Problem} when there is none. */
    async byLineUser(userId: string): Promise<{ id: string }> {
      const row = await db
        .selectFrom('identity_link')
        .select('member_id')
        .where('kind', '=', 'line_user')
        .where('subject', '=', userId)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      if (row === undefined) throw new Problem('not_found', 'unknown_member', 'no member has this LINE user id');
      return { id: row.member_id };
    },

    /**
     * Ties a registered tag to a member, with the wording the person agreed to. Throws {@link Problem}: `conflict`
     * when the tag is somebody else's.
     */
    async linkTag(memberId: string, tag: TagSubject, wording: string, at: number): Promise<{ linked: boolean }> {
      return await transact(db, async (tx) => {
        const member = await tx.selectFrom('member').select('id').where('id', '=', memberId).executeTakeFirst();
        if (member === undefined) throw new Problem('not_found', 'unknown_member', `no member "${memberId}"`);
        const identity = { kind: 'ble_tag' as const, issuer: 'ibeacon', subject: tagSubjectKey(tag) };
        const owner = await tx
          .selectFrom('identity_link')
          .select('member_id')
          .where('kind', '=', identity.kind)
          .where('issuer', '=', identity.issuer)
          .where('subject', '=', identity.subject)
          .where('ended_at', 'is', null)
          .executeTakeFirst();
        if (owner?.member_id === memberId) return { linked: false };
        if (owner !== undefined) {
          throw new Problem('conflict', 'link_conflict', 'this tag belongs to another member', {
            where: identity.subject,
            remedy: 'end the other link first, or use another tag',
          });
        }
        const link = await linkIdentity({ db: tx, mint }, memberId, identity, at);
        await tx
          .insertInto('consent')
          .values({
            id: mint.id('consent'),
            member_id: memberId,
            purpose: TAG_SENSING,
            action: 'granted',
            wording,
            // The link, not the tag: consents are kept for ever, and what names the tag must be erasable.
            source: link,
            at,
          })
          .execute();
        return { linked: true };
      });
    },
  };
}

export type MemberAdmin = ReturnType<typeof memberAdmin>;
