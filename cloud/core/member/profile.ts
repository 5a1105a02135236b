import { type AttributeValue, type MemberFacts, NONE } from '../segment/types.ts';

/** Attributes with a meaning of their own. */
export const TIER = 'tier';
export const BIRTHDAY = 'birthday';

export type ProfileFacts = Required<Pick<MemberFacts, 'tags' | 'tier' | 'attributes' | 'birthday'>>;

/** Tags and attributes, as segments ask for them. */
export const profileOf = (
  tags: ReadonlySet<string>,
  attributes: ReadonlyMap<string, AttributeValue>,
): ProfileFacts => ({
  tags,
  attributes,
  tier: textOr(attributes.get(TIER)),
  birthday: birthdayOf(attributes.get(BIRTHDAY)),
});

const textOr = (value: AttributeValue | undefined): string | typeof NONE => (typeof value === 'string' ? value : NONE);

/** `1990-04-01` and, of those who keep the year to themselves, `--04-01`. */
function birthdayOf(value: AttributeValue | undefined): ProfileFacts['birthday'] {
  const found = typeof value === 'string' ? /^(?:\d{4}|-)-(\d{2})-(\d{2})$/.exec(value) : null;
  return found === null ? NONE : { month: Number(found[1]), day: Number(found[2]) };
}
