import type { EpochMs } from '../../protocol/units.ts';
import type { Act } from '../core/access.ts';
import type { MemberId } from '../core/ids.ts';
import { maskIdentity } from '../core/member/identity.ts';
import { TIER } from '../core/member/profile.ts';
import type { IdentityKind } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import type { AttributeValue } from '../core/segment/types.ts';
import { auditRows } from './audit.ts';
import { present, type StoreContext } from './context.ts';
import { livingMembers, lockLiving } from './member-living.ts';
import { profileRows } from './member-profile.ts';
import { reachesOf } from './reach.ts';
import { transact } from './transact.ts';

export interface ProfileChange {
  readonly tag?: readonly string[] | undefined;
  readonly untag?: readonly string[] | undefined;
  /** `null` takes an attribute away. */
  readonly set?: Readonly<Record<string, AttributeValue | null>> | undefined;
}

/** Members as headquarters sees them: surrogate ids and what is tied to them, never a LINE user id. */
export const memberAdmin = (context: StoreContext) => ({
  /** The newest first, of those who are members of their own; with `tag`, only those who have it. */
  async list({ limit, tag }: { readonly limit: number; readonly tag?: string | undefined }) {
    const rows = await livingMembers(context.db)
      .select(['id', 'blocked', 'created_at'])
      .$if(tag !== undefined, (some) =>
        some.where('id', 'in', (from) =>
          from
            .selectFrom('member_tag')
            .select('member_id')
            .where('tag', '=', tag ?? ''),
        ),
      )
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    const ids = rows.map(({ id }) => id as MemberId);
    const facts = await profileRows(context).facts(ids);
    const reaches = await reachesOf(context.db, ids);
    return rows.map((row) => {
      const { tier, tags } = facts.get(row.id as MemberId) ?? {};
      return {
        ...{ id: row.id, blocked: row.blocked === 1, createdAt: row.created_at },
        ...present({ tier, reach: reaches.get(row.id as MemberId) }),
        tags: [...(tags ?? [])].sort(),
      };
    });
  },

  /** Throws {@link Problem} `unknown_member`. One that was merged or erased is shown as such. */
  async show(id: string) {
    const { db } = context;
    const member = await memberRow(context, id);
    const parts = await db.selectFrom('member').select('id').where('merged_into', '=', id).orderBy('id').execute();
    const links = await db
      .selectFrom('identity_link')
      .select(['id', 'kind', 'subject', 'created_at'])
      .where('member_id', '=', id)
      .where('ended_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    const profile = (await profileRows(context).facts([id as MemberId])).get(id as MemberId);
    const consents = await db
      .selectFrom('consent')
      .select(['purpose', 'action', 'wording', 'at'])
      .where('member_id', '=', id)
      .orderBy('at')
      .orderBy('id')
      .execute();
    const coupons = await db
      .selectFrom('coupon')
      .select(['id', 'campaign_id', 'state', 'issued_at', 'expires_at'])
      .where('member_id', '=', id)
      .orderBy('issued_at', 'desc')
      .orderBy('id')
      .execute();
    const { tier } = profile ?? {};
    const isLiving = member.merged_into === null && member.erased_at === null;
    const reach = isLiving ? (await reachesOf(db, [id as MemberId])).get(id as MemberId) : undefined;
    return {
      id,
      createdAt: member.created_at,
      blocked: member.blocked === 1,
      ...present({ mergedInto: member.merged_into, erasedAt: member.erased_at, tier, reach }),
      madeOf: parts.map((part) => part.id),
      identities: links.map(({ id: link, kind, subject, created_at }) => ({
        link,
        kind,
        shown: maskIdentity({ kind: kind as IdentityKind, subject }),
        since: created_at,
      })),
      tags: [...(profile?.tags ?? [])].sort(),
      attributes: Object.fromEntries([...(profile?.attributes ?? [])].filter(([name]) => name !== TIER)),
      // The last word on each purpose.
      consents: [...new Map(consents.map((consent) => [consent.purpose, consent])).values()],
      coupons: coupons.map((row) => ({
        id: row.id,
        campaign: row.campaign_id,
        state: row.state,
        issuedAt: row.issued_at,
        expiresAt: row.expires_at,
      })),
    };
  },

  /** Throws {@link Problem}: `unknown_member`, `member_merged`, `member_erased`. */
  async change(id: string, { tag = [], untag = [], set = {} }: ProfileChange, at: EpochMs, act?: Act): Promise<void> {
    await transact(context.db, async (db) => {
      await lockLiving(db, [id]);
      const profile = profileRows({ db });
      await profile.untag(id as MemberId, untag, at);
      await profile.tag(id as MemberId, tag, at);
      await profile.setAttributes(id as MemberId, set, at);
      // Which attributes, not what they say: that may name a person.
      const detail = { tag, untag, set: Object.keys(set) };
      await auditRows(db).write({ act, action: 'member.profile', subject: { kind: 'Member', id }, detail }, at);
    });
  },
});

export type MemberAdmin = ReturnType<typeof memberAdmin>;

/** Throws {@link Problem} `unknown_member`. */
export async function memberRow({ db }: Pick<StoreContext, 'db'>, id: string) {
  const row = await db.selectFrom('member').selectAll().where('id', '=', id).executeTakeFirst();
  if (row !== undefined) return row;
  throw new Problem('not_found', 'unknown_member', `no member "${id}"`, { remedy: 'see pharos member list' });
}
