import type { MemberId } from '../core/ids.ts';
import { type AttributeValue, type MemberFacts, NONE } from '../core/segment/types.ts';
import type { StoreContext } from './context.ts';
import { listOf } from './many.ts';

/** Attributes with a meaning of their own. */
export const TIER = 'tier';
export const BIRTHDAY = 'birthday';

/** What headquarters, forms and imports know of members: tags, and attributes by name. */
export const profileRows = ({ db }: Pick<StoreContext, 'db'>) => ({
  async tag(member: MemberId, tags: readonly string[], at: number): Promise<void> {
    if (tags.length === 0) return;
    await db
      .insertInto('member_tag')
      .values(tags.map((tag) => ({ member_id: member, tag, since: at })))
      .onConflict((conflict) => conflict.columns(['member_id', 'tag']).doNothing())
      .execute();
  },

  async untag(member: MemberId, tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    await db.deleteFrom('member_tag').where('member_id', '=', member).where('tag', 'in', tags).execute();
  },

  /** `null` takes an attribute away. */
  async setAttributes(
    member: MemberId,
    values: Readonly<Record<string, AttributeValue | null>>,
    at: number,
  ): Promise<void> {
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
        const [tier, birthday] = [textOr(known.get(TIER)), birthdayOf(known.get(BIRTHDAY))];
        return [id, { tags: theirs, tier, attributes: known, birthday }];
      }),
    );
  },
});

/** Filled row by row: a page of members has tens of thousands of rows. */
const nothingTold = () => ({ tags: new Set<string>(), attributes: new Map<string, AttributeValue>() });

export type ProfileFacts = Required<Pick<MemberFacts, 'tags' | 'tier' | 'attributes' | 'birthday'>>;

const textOr = (value: AttributeValue | undefined): string | typeof NONE => (typeof value === 'string' ? value : NONE);

/** `1990-04-01` and, of those who keep the year to themselves, `--04-01`. */
function birthdayOf(value: AttributeValue | undefined): ProfileFacts['birthday'] {
  const found = typeof value === 'string' ? /^(?:\d{4}|-)-(\d{2})-(\d{2})$/.exec(value) : null;
  return found === null ? NONE : { month: Number(found[1]), day: Number(found[2]) };
}
