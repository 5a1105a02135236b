import { formatCode } from '../core/coupon/code.ts';
import type { MemberId } from '../core/ids.ts';
import { present, type StoreContext } from './context.ts';
import { sourceOf } from './friend-sources.ts';
import { memberAdmin } from './member-admin.ts';
import { memberTimeline } from './member-timeline.ts';

/**
 * Everything that is known of one person, to be handed to that person: identities in full, wordings agreed to, codes,
 * and the whole timeline. Throws {@link Problem} `unknown_member`.
 */
export async function exportMember(context: StoreContext, member: string, at: number) {
  const { db, vault } = context;
  const {
    identities: _masked,
    coupons: _short,
    consents: _latest,
    ...profile
  } = await memberAdmin(context).show(member);
  const links = await db
    .selectFrom('identity_link')
    .select(['kind', 'issuer', 'subject', 'created_at', 'ended_at'])
    .where('member_id', '=', member)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const consents = await db
    .selectFrom('consent')
    .select(['purpose', 'action', 'wording', 'source', 'at'])
    .where('member_id', '=', member)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const coupons = await db
    .selectFrom('coupon')
    .selectAll()
    .where('member_id', '=', member)
    .orderBy('issued_at')
    .orderBy('id')
    .execute();
  const exposures = await db
    .selectFrom('exposure')
    .select(['campaign_id', 'arm', 'at'])
    .where('member_id', '=', member as MemberId)
    .orderBy('campaign_id')
    .execute();
  const cameBy = await sourceOf(db, member as MemberId);
  return {
    format: 'pharos-member',
    v: 1,
    exportedAt: at,
    ...profile,
    identities: links.map(({ kind, issuer, subject, created_at, ended_at }) => ({
      ...{ kind, issuer, subject, since: created_at },
      ...present({ endedAt: ended_at }),
    })),
    consents,
    coupons: coupons.map((row) => ({
      id: row.id,
      campaign: row.campaign_id,
      state: row.state,
      issuedAt: row.issued_at,
      expiresAt: row.expires_at,
      ...present({ store: row.store_id, openedAt: row.opened_at, source: row.source }),
      // Erased codes cannot be read any more.
      ...(row.code_sealed.length > 0 && { code: formatCode(vault.open(row.code_sealed).toString('utf8')) }),
    })),
    ...(cameBy && { cameBy: { source: cameBy.source, ...present({ provenAt: cameBy.provenAt }) } }),
    experiments: exposures.map(({ campaign_id, arm, at: since }) => ({ campaign: campaign_id, arm, since })),
    timeline: await memberTimeline(context, member, Number.MAX_SAFE_INTEGER),
  };
}
