import { MARKETING } from '../core/consent.ts';
import type { MemberId } from '../core/ids.ts';
import { TIER } from '../core/member/profile.ts';
import { type Reach, reachOf } from '../core/member/reach.ts';
import type { AttributeValue } from '../core/segment/types.ts';
import type { StoreContext } from './context.ts';
import { listOf } from './many.ts';
import { livingMembers } from './member-living.ts';
import { profileRows } from './member-profile.ts';
import { withLine } from './reach.ts';

/** A member as a list has them. */
export interface ListedMember {
  readonly member: MemberId;
  readonly createdAt: number;
  readonly blocked: boolean;
  readonly reach: Reach;
  readonly tier?: string;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** What stands of what they agreed to, the last word on each purpose. */
  readonly consents: readonly { readonly purpose: string; readonly wording: string; readonly at: number }[];
  /** In full, and only where they were asked for. */
  readonly identities?: readonly { readonly kind: string; readonly issuer: string; readonly subject: string }[];
}

/** These members in the order given; those who were forgotten or merged since somebody found them are left out. */
export async function listMembers(
  { db }: Pick<StoreContext, 'db'>,
  ids: readonly MemberId[],
  withIdentities: boolean,
): Promise<ListedMember[]> {
  if (ids.length === 0) return [];
  const rows = await livingMembers(db)
    .select(['id', 'blocked', 'created_at'])
    .where('id', 'in', listOf(db, ids))
    .execute();
  const facts = await profileRows({ db }).facts(ids);
  const consents = await db
    .selectFrom('consent')
    .select(['member_id', 'purpose', 'action', 'wording', 'at'])
    .where('member_id', 'in', listOf(db, ids))
    .orderBy('at')
    .orderBy('id')
    .execute();
  const lastWords = new Map(consents.map((consent) => [`${consent.member_id} ${consent.purpose}`, consent]));
  const standing = Map.groupBy(
    [...lastWords.values()].filter(({ action }) => action === 'granted'),
    ({ member_id }) => member_id,
  );
  const onLine = await withLine(db, ids);
  const links = withIdentities ? await liveLinks(db, ids) : undefined;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (row === undefined) return [];
    const agreed = standing.get(id) ?? [];
    const consent = agreed.some(({ purpose }) => purpose === MARKETING) ? 'granted' : 'none';
    const { tier, tags, attributes } = facts.get(id) ?? {};
    return {
      member: id,
      createdAt: row.created_at,
      blocked: row.blocked === 1,
      reach: reachOf({ line: onLine.has(id), blocked: row.blocked === 1, consent }),
      ...(tier != null && { tier }),
      tags: [...(tags ?? [])].sort(),
      attributes: Object.fromEntries([...(attributes ?? [])].filter(([name]) => name !== TIER || tier == null)),
      consents: agreed.map(({ purpose, wording, at }) => ({ purpose, wording, at })),
      ...(links && {
        identities: (links.get(id) ?? []).map(({ kind, issuer, subject }) => ({ kind, issuer, subject })),
      }),
    };
  });
}

async function liveLinks(db: StoreContext['db'], ids: readonly MemberId[]) {
  const rows = await db
    .selectFrom('identity_link')
    .select(['member_id', 'kind', 'issuer', 'subject'])
    .where('member_id', 'in', listOf(db, ids))
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return Map.groupBy(rows, ({ member_id }) => member_id);
}
