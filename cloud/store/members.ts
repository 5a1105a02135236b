import { sql } from 'kysely';
import type { EpochMs } from '../../protocol/units.ts';
import { epochMs } from '../../protocol/units.ts';
import { FRIENDSHIP_WORDING, MARKETING } from '../core/consent.ts';
import type { MemberId } from '../core/ids.ts';
import type { Identity, IdentityKind } from '../core/ports.ts';
import { identityKey } from '../core/ports.ts';
import { type FactNeeds, type MemberFacts, NONE } from '../core/segment/types.ts';
import type { Changes, KnownPerson } from '../core/working-set-types.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { insertRows, listOf, rowsTable } from './many.ts';
import { livingMembers } from './member-living.ts';
import { profileRows } from './member-profile.ts';
import { together } from './together.ts';

export const memberRows = ({ db, mint }: Pick<StoreContext, 'db' | 'mint'>) => ({
  /** The members behind these identities, by `identityKey`; those nobody has are left out. */
  async find(identities: readonly Identity[]): Promise<Map<string, MemberId>> {
    if (identities.length === 0) return new Map();
    const { rows } = await sql<{ kind: IdentityKind; issuer: string; subject: string; member_id: string }>`
      SELECT link.kind, link.issuer, link.subject, link.member_id
      FROM ${rowsTable(db, IDENTITY, identities)} AS r CROSS JOIN identity_link AS link
      WHERE link.kind = r.kind AND link.issuer = r.issuer AND link.subject = r.subject AND link.ended_at IS NULL
    `.execute(db);
    return new Map(rows.map(({ member_id, ...identity }) => [identityKey(identity), member_id as MemberId]));
  },

  /**
   * New members, each with its first identity; `identityKey` to member. Throws on a live link of the same identity
   * (the unique index refuses it): then somebody else made the member, and the transaction begins anew.
   */
  async make(identities: readonly (Identity & { readonly at: EpochMs })[]): Promise<Map<string, MemberId>> {
    const made = identities.map((identity) => ({ ...identity, id: mint.id('member') as MemberId }));
    const people = made.map(({ id, at }) => ({ id, blocked: 0, created_at: at }));
    const links = made.map(({ id, kind, issuer, subject, at }) => ({
      id: mint.id('link'),
      member_id: id,
      kind,
      issuer,
      subject,
      created_at: at,
    }));
    await together(db, [
      () => insertRows(db, 'member', { id: 'text', blocked: 'int', created_at: 'int' }, people),
      () => insertRows(db, 'identity_link', { id: 'text', member_id: 'text', ...IDENTITY, created_at: 'int' }, links),
    ]);
    return new Map(made.map(({ id, ...identity }) => [identityKey(identity), id]));
  },

  /**
   * These members as they are, held against others until the transaction ends: visits, limits and consents are read
   * and then relied on (consents may be left unread where nobody asks). Those that were merged or erased since somebody found them are left out.
   */
  async lock(ids: readonly MemberId[], withConsents = true): Promise<KnownPerson[]> {
    if (ids.length === 0) return [];
    const held = livingMembers(db)
      .select(['id', 'blocked'])
      .where('id', 'in', listOf(db, ids))
      .orderBy('id')
      .forNoKeyUpdate();
    const said = db
      .selectFrom('consent')
      .select(['member_id', 'action', 'source', 'at'])
      .where('member_id', 'in', listOf(db, withConsents ? ids : []))
      .where('purpose', '=', MARKETING)
      .orderBy('at')
      .orderBy('id');
    const [rows, consents] = await together(db, [() => held.execute(), () => said.execute()]);
    const latest = new Map(consents.map((consent) => [consent.member_id, consent]));
    return rows.map(({ id, blocked }) => {
      const consent = latest.get(id);
      return {
        id: id as MemberId,
        blocked: blocked === 1,
        consent: consent?.action ?? 'none',
        ...(consent && { consentAt: epochMs(consent.at), consentSource: consent.source }),
      };
    });
  },

  /** What an audience asks of them that is kept beside their visits and coupons; other kinds are left out. */
  async facts(ids: readonly MemberId[], kinds: FactNeeds['kinds']): Promise<Map<MemberId, MemberFacts>> {
    if (ids.length === 0) return new Map();
    const firstSeen = kinds.has('firstSeen') ? await firstSeenOf(db, ids) : undefined;
    const agreed = kinds.has('consents') ? await consentsOf(db, ids) : undefined;
    const profiles = PROFILE_KINDS.some((kind) => kinds.has(kind)) ? await profileRows({ db }).facts(ids) : undefined;
    return new Map(
      ids.map((id) => [
        id,
        {
          ...profiles?.get(id),
          ...(firstSeen && { firstSeenAt: firstSeen.get(id) ?? NONE }),
          ...(agreed && { consents: agreed.get(id) ?? new Set<string>() }),
        },
      ]),
    );
  },

  async create(identity: Identity, at: EpochMs): Promise<{ id: MemberId }> {
    const id = mint.id('member') as MemberId;
    await db.insertInto('member').values({ id, blocked: 0, created_at: at }).execute();
    await linkIdentity({ db, mint }, id, identity, at);
    return { id };
  },

  async setBlocked(id: MemberId, blocked: boolean): Promise<void> {
    await db
      .updateTable('member')
      .set({ blocked: blocked ? 1 : 0 })
      .where('id', '=', id)
      .execute();
  },

  async consentAll(consents: Changes['consents']): Promise<void> {
    await insertRows(
      db,
      'consent',
      { id: 'text', member_id: 'text', purpose: 'text', action: 'text', wording: 'text', source: 'text', at: 'int' },
      consents.map(({ memberId, action, source, at }) => ({
        id: mint.id('consent'),
        member_id: memberId,
        purpose: MARKETING,
        action,
        wording: FRIENDSHIP_WORDING,
        source,
        at,
      })),
    );
  },
});

const PROFILE_KINDS = ['tags', 'tier', 'attributes', 'birthday'] as const;

async function firstSeenOf(db: Db, ids: readonly MemberId[]): Promise<Map<string, EpochMs>> {
  const rows = await db.selectFrom('member').select(['id', 'created_at']).where('id', 'in', listOf(db, ids)).execute();
  return new Map(rows.map(({ id, created_at }) => [id, epochMs(created_at)]));
}

/** Purposes granted and not withdrawn since. */
async function consentsOf(db: Db, ids: readonly MemberId[]): Promise<Map<string, Set<string>>> {
  const rows = await db
    .selectFrom('consent')
    .select(['member_id', 'purpose', 'action'])
    .where('member_id', 'in', listOf(db, ids))
    .orderBy('at')
    .orderBy('id')
    .execute();
  const agreed = new Map<string, Set<string>>();
  for (const { member_id, purpose, action } of rows) {
    const purposes = agreed.get(member_id) ?? new Set();
    agreed.set(member_id, purposes);
    if (action === 'granted') purposes.add(purpose);
    else purposes.delete(purpose);
  }
  return agreed;
}

const IDENTITY = { kind: 'text', issuer: 'text', subject: 'text' } as const;

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
