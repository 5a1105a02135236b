import type { MemberId } from '../core/ids.ts';
import { type ProfileFacts, profileOf } from '../core/member/profile.ts';
import type { AttributeValue } from '../core/segment/types.ts';
import type { StoreContext } from './context.ts';
import { listOf } from './many.ts';

/** What headquarters, forms and imports know of members: tags, and attributes by name. */
export const profileRows = ({ db }: Pick<StoreContext, 'db'>) => ({
  async tag(member: MemberId, tags: readonly string[], at: number): Promise<void> {
    if (tags.length === 0) return;
    const added = await db
      .insertInto('member_tag')
      .values(tags.map((tag) => ({ member_id: member, tag, since: at })))
      .onConflict((conflict) => conflict.columns(['member_id', 'tag']).doNothing())
      .returning('tag')
      .execute();
    await note(db, member, at, 'tag', new Map(added.map(({ tag }) => [tag, null])));
  },

  async untag(member: MemberId, tags: readonly string[], at: number): Promise<void> {
    if (tags.length === 0) return;
    const gone = await db
      .deleteFrom('member_tag')
      .where('member_id', '=', member)
      .where('tag', 'in', tags)
      .returning('tag')
      .execute();
    await note(db, member, at, 'tag', new Map(gone.map(({ tag }) => [tag, HAD])));
  },

  /** `null` takes an attribute away. */
  async setAttributes(
    member: MemberId,
    values: Readonly<Record<string, AttributeValue | null>>,
    at: number,
  ): Promise<void> {
    const names = Object.keys(values);
    if (names.length === 0) return;
    const had = await db
      .selectFrom('member_attribute')
      .select(['name', 'value'])
      .where('member_id', '=', member)
      .where('name', 'in', names)
      .execute();
    const before = new Map(had.map(({ name, value }) => [name, value]));
    await note(db, member, at, 'attribute', new Map(names.map((name) => [name, before.get(name) ?? null])));
    for (const [name, value] of Object.entries(values)) {
      if (value === null) {
        await db.deleteFrom('member_attribute').where('member_id', '=', member).where('name', '=', name).execute();
        continue;
      }
      const text = JSON.stringify(value);
      await db
        .insertInto('member_attribute')
        .values({ member_id: member, name, value: text, set_at: at })
        .onConflict((conflict) => conflict.columns(['member_id', 'name']).doUpdateSet({ value: text, set_at: at }))
        .execute();
    }
  },

  /** Tags, tier, attributes and birthday of each, as segments ask for them. */
  async facts(members: readonly MemberId[]): Promise<Map<MemberId, ProfileFacts>> {
    if (members.length === 0) return new Map();
    const tags = await db
      .selectFrom('member_tag')
      .select(['member_id', 'tag'])
      .where('member_id', 'in', listOf(db, members))
      .execute();
    const attributes = await db
      .selectFrom('member_attribute')
      .select(['member_id', 'name', 'value'])
      .where('member_id', 'in', listOf(db, members))
      .execute();
    const found = new Map(members.map((id) => [id as string, nothingTold()]));
    for (const { member_id, tag } of tags) found.get(member_id)?.tags.add(tag);
    for (const { member_id, name, value } of attributes) {
      found.get(member_id)?.attributes.set(name, JSON.parse(value) as AttributeValue);
    }
    return new Map(
      members.map((id) => {
        const { tags: theirs, attributes: known } = found.get(id) ?? nothingTold();
        return [id, profileOf(theirs, known)];
      }),
    );
  },
});

/** What a tag was before it was taken off: there. */
const HAD = '';

/** Keeps what was known before a change, so that the past can be judged by what was known then. */
async function note(
  db: StoreContext['db'],
  member: MemberId,
  at: number,
  kind: 'tag' | 'attribute',
  before: ReadonlyMap<string, string | null>,
): Promise<void> {
  if (before.size === 0) return;
  await db
    .insertInto('profile_change')
    .values([...before].map(([name, value]) => ({ member_id: member, at, kind, name, before: value })))
    .onConflict((conflict) => conflict.columns(['member_id', 'at', 'kind', 'name']).doNothing())
    .execute();
}

/** Filled row by row: a page of members has tens of thousands of rows. */
const nothingTold = () => ({ tags: new Set<string>(), attributes: new Map<string, AttributeValue>() });
