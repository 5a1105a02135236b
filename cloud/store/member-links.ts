import type { EpochMs } from '../../protocol/units.ts';
import type { Act } from '../core/access.ts';
import { LINK_PURPOSE, maskIdentity } from '../core/member/identity.ts';
import type { Identity } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { auditRows } from './audit.ts';
import type { StoreContext } from './context.ts';
import { lockLiving } from './member-living.ts';
import { linkIdentity } from './members.ts';
import { transact } from './transact.ts';

export interface Linked {
  /** False when it was the member's already. */
  readonly linked: boolean;
  readonly link: string;
}

/** Whose a card, phone, address or tag is. An identity has one owner at a time; nobody becomes somebody else by it. */
export const memberLinks = (context: StoreContext) => ({
  /** As {@link linkWithin}, in a transaction of its own. */
  link: (member: string, identity: Identity, wording: string | undefined, at: EpochMs, act?: Act): Promise<Linked> =>
    transact(context.db, async (db) => {
      const linked = await linkWithin({ db, mint: context.mint }, member, identity, wording, at);
      if (!linked.linked) return linked;
      const detail = { kind: identity.kind, link: linked.link };
      const subject = { kind: 'Member', id: member };
      await auditRows(db, context.mint).write({ act, action: 'member.link', subject, detail }, at);
      return linked;
    }),

  /** Ends a link, and the consent it came with. Throws {@link Problem} `unknown_link`. */
  async unlink(member: string, link: string, at: EpochMs, act?: Act): Promise<{ readonly unlinked: boolean }> {
    return await transact(context.db, async (db) => {
      await lockLiving(db, [member]);
      const row = await db
        .selectFrom('identity_link')
        .select(['kind', 'ended_at'])
        .where('id', '=', link)
        .where('member_id', '=', member)
        .executeTakeFirst();
      if (row === undefined) {
        throw new Problem('not_found', 'unknown_link', `member "${member}" has no link "${link}"`, {
          remedy: `see pharos member show ${member}`,
        });
      }
      if (row.ended_at !== null) return { unlinked: false };
      await db.updateTable('identity_link').set({ ended_at: at }).where('id', '=', link).execute();
      const subject = { kind: 'Member', id: member };
      await auditRows(db, context.mint).write({ act, action: 'member.unlink', subject, detail: { link } }, at);
      const kind = row.kind as Identity['kind'];
      if (kind === 'line_user') return { unlinked: true };
      const others = await db
        .selectFrom('identity_link')
        .select('id')
        .where('member_id', '=', member)
        .where('kind', '=', kind)
        .where('ended_at', 'is', null)
        .execute();
      if (others.length > 0) return { unlinked: true };
      await db
        .insertInto('consent')
        .values({
          id: context.mint.id('consent'),
          member_id: member,
          purpose: LINK_PURPOSE[kind],
          action: 'withdrawn',
          wording: 'unlinked',
          source: link,
          at,
        })
        .execute();
      return { unlinked: true };
    });
  },

  /** The member an identity belongs to now. Throws {@link Problem} `unknown_member`. */
  async owner(identity: Omit<Identity, 'issuer'> & { readonly issuer?: string }): Promise<{ readonly id: string }> {
    const row = await context.db
      .selectFrom('identity_link')
      .select('member_id')
      .where('kind', '=', identity.kind)
      .where('subject', '=', identity.subject)
      .where('ended_at', 'is', null)
      .$if(identity.issuer !== undefined, (some) => some.where('issuer', '=', identity.issuer ?? ''))
      .executeTakeFirst();
    if (row !== undefined) return { id: row.member_id };
    throw new Problem('not_found', 'unknown_member', `no member has this ${identity.kind}`);
  },
});

/**
 * Ties an identity to a member, with the wording the person agreed to, in the caller's transaction. Throws
 * {@link Problem}: `link_conflict` when it is somebody else's, `wording_missing`, `unknown_member`, `member_merged`,
 * `member_erased`.
 */
export async function linkWithin(
  { db, mint }: Pick<StoreContext, 'db' | 'mint'>,
  member: string,
  identity: Identity,
  wording: string | undefined,
  at: EpochMs,
): Promise<Linked> {
  if (identity.kind !== 'line_user' && wording === undefined) {
    throw new Problem('invalid', 'wording_missing', 'an identity is tied to a person who agreed to it', {
      where: 'wording',
      remedy: 'give the wording the person agreed to',
    });
  }
  await lockLiving(db, [member]);
  const owner = await db
    .selectFrom('identity_link')
    .select(['id', 'member_id'])
    .where('kind', '=', identity.kind)
    .where('issuer', '=', identity.issuer)
    .where('subject', '=', identity.subject)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (owner?.member_id === member) return { linked: false, link: owner.id };
  if (owner !== undefined) {
    throw new Problem('conflict', 'link_conflict', `this ${identity.kind} belongs to another member`, {
      where: maskIdentity(identity),
      remedy: `end that link first (pharos member unlink ${owner.member_id} ${owner.id}); or, if both are one person, pharos member merge`,
    });
  }
  const link = await linkIdentity({ db, mint }, member, identity, at);
  if (identity.kind !== 'line_user' && wording !== undefined) {
    await db
      .insertInto('consent')
      .values({
        id: mint.id('consent'),
        member_id: member,
        purpose: LINK_PURPOSE[identity.kind],
        action: 'granted',
        wording,
        // The link, not what it names: consents are kept for ever, and what names somebody must be erasable.
        source: link,
        at,
      })
      .execute();
  }
  return { linked: true, link };
}
