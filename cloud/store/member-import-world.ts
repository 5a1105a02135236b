import type { EpochMs } from '../../protocol/units.ts';
import type { MemberId } from '../core/ids.ts';
import {
  consentKey,
  type ImportedMember,
  type ImportWorld,
  type NamedRow,
  nobodyYet,
} from '../core/member/import-plan.ts';
import { type Identity, identityKey } from '../core/ports.ts';
import type { AttributeValue } from '../core/segment/types.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { erasedIdentities } from './erased-identities.ts';
import { listOf } from './many.ts';
import { memberRows } from './members.ts';

/** Everything known of those these rows may be about, in a handful of queries; members are held until the transaction ends. */
export async function readWorld(context: StoreContext, rows: readonly NamedRow[]): Promise<ImportWorld> {
  const { db } = context;
  const identities = [
    ...new Map(rows.flatMap((row) => row.identities).map((identity) => [identityKey(identity), identity])).values(),
  ];
  const owners = await memberRows(context).find(identities);
  const unowned = identities.filter((identity) => !owners.has(identityKey(identity)));
  const ids = [...new Set([...owners.values(), ...rows.flatMap(({ member }) => (member ?? []) as MemberId[])])];
  const members = await readMembers(db, ids);
  // A handful in a month, against thousands of rows: asking for those costs less than a digest for every row.
  const anyErased = await db.selectFrom('erased_identity').select('digest').limit(1).executeTakeFirst();
  const erasedAt = anyErased === undefined ? new Map() : await erasedOf(context, unowned);
  return { owners, members, erasedAt };
}

/** In parts, since each is a parameter. */
async function erasedOf(context: StoreContext, identities: readonly Identity[]): Promise<Map<string, EpochMs>> {
  const found = new Map<string, EpochMs>();
  for (let from = 0; from < identities.length; from += 1_000) {
    const part = await erasedIdentities(context).erasedAt(identities.slice(from, from + 1_000));
    for (const [key, at] of part) found.set(key, at);
  }
  return found;
}

/** Held until the transaction ends, in the order of their ids: what is read here is relied on. */
async function readMembers(db: Db, ids: readonly MemberId[]): Promise<Map<MemberId, ImportedMember>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('member')
    .select(['id', 'merged_into', 'erased_at'])
    .where('id', 'in', listOf(db, ids))
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const members = new Map(
    rows.map(({ id, merged_into, erased_at }): [MemberId, ImportedMember] => [
      id as MemberId,
      {
        ...nobodyYet(),
        state: erased_at !== null ? 'erased' : merged_into === null ? 'living' : { mergedInto: merged_into },
      },
    ]),
  );
  const ofThese = listOf(db, ids);
  const tags = await db
    .selectFrom('member_tag')
    .select(['member_id', 'tag'])
    .where('member_id', 'in', ofThese)
    .execute();
  for (const { member_id, tag } of tags) members.get(member_id as MemberId)?.tags.add(tag);
  const attributes = await db
    .selectFrom('member_attribute')
    .select(['member_id', 'name', 'value'])
    .where('member_id', 'in', ofThese)
    .execute();
  for (const { member_id, name, value } of attributes) {
    members.get(member_id as MemberId)?.attributes.set(name, JSON.parse(value) as AttributeValue);
  }
  const consents = await db
    .selectFrom('consent')
    .select(['member_id', 'purpose', 'action', 'wording', 'at'])
    .where('member_id', 'in', ofThese)
    .orderBy('at')
    .orderBy('id')
    .execute();
  for (const { member_id, action, ...consent } of consents) {
    const member = members.get(member_id as MemberId);
    member?.consents.set(consent.purpose, { action, at: consent.at });
    if (action === 'granted') member?.recorded.add(consentKey(consent));
  }
  return members;
}
