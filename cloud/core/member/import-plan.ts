import type { MemberId } from '../ids.ts';
import { type Identity, identityKey } from '../ports.ts';
import type { AttributeValue } from '../segment/types.ts';
import { LINK_PURPOSE, maskIdentity } from './identity.ts';
import type { ImportReject, ImportRow } from './import-row.ts';

/** A row whose identities say whose they are in full. */
export interface NamedRow extends Omit<ImportRow, 'identities'> {
  readonly identities: readonly Identity[];
}

/** Somebody the rows may be about, as they stand. */
export interface ImportedMember {
  readonly state: 'living' | 'erased' | { readonly mergedInto: string };
  readonly tags: Set<string>;
  readonly attributes: Map<string, AttributeValue>;
  /** The last word on each purpose. */
  readonly consents: Map<string, { readonly action: 'granted' | 'withdrawn'; readonly at: number }>;
  /** By `consentKey`: what was recorded ever. */
  readonly recorded: Set<string>;
}

/** Everything known of those the rows may be about; it moves on with every row that is planned. */
export interface ImportWorld {
  /** By `identityKey`. */
  readonly owners: Map<string, MemberId>;
  readonly members: Map<MemberId, ImportedMember>;
  /** By `identityKey`: when it was forgotten. */
  readonly erasedAt: ReadonlyMap<string, number>;
}

/** What is to be written for one row; nothing at all where it says what is known. */
export interface ImportPlan {
  readonly member: MemberId;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  readonly links: readonly Identity[];
  readonly consents: ImportRow['consents'];
  readonly tags: readonly string[];
  readonly set: Readonly<Record<string, AttributeValue>>;
  /** What the attributes that change were before; `undefined` for those that were not there. */
  readonly before: Readonly<Record<string, AttributeValue | undefined>>;
}

export const consentKey = ({ purpose, wording, at }: ImportRow['consents'][number]): string =>
  `${purpose}\n${wording}\n${at}`;

/**
 * What one row comes to, with `world` as the rows before it left it. Nobody becomes somebody else by a list: a row that
 * names identities of two members is refused. An identity other than LINE's is tied to a person only with the words
 * they agreed to and the day, and not where they took it back since.
 */
export function planImport(
  row: NamedRow,
  world: ImportWorld,
  { newId, now }: { readonly newId: () => MemberId; readonly now: number },
): ImportPlan | ImportReject {
  const early = row.consents.find(({ at }) => at > now);
  if (early !== undefined) {
    const detail = `consent to ${early.purpose}: ${new Date(early.at).toISOString()} has not come yet`;
    return { code: 'bad_consent', detail };
  }
  const whose = ownerOf(row, world);
  if (typeof whose === 'object') return whose;
  const known = whose === undefined ? undefined : world.members.get(whose);
  const links = [...new Map(row.identities.map((identity) => [identityKey(identity), identity]))].flatMap(
    ([key, identity]) => (world.owners.has(key) ? [] : [identity]),
  );
  for (const identity of links) {
    const refused = refusedLink(identity, row, known, world);
    if (refused !== undefined) return refused;
  }
  const member = whose ?? newId();
  const person = known ?? nobodyYet();
  const consents = row.consents.filter((consent) => !person.recorded.has(consentKey(consent)));
  const tags = row.tags.filter((tag) => !person.tags.has(tag));
  const set = Object.fromEntries(
    Object.entries(row.set).filter(([name, value]) => isNews(person.attributes.get(name), value)),
  );
  const before = Object.fromEntries(Object.keys(set).map((name) => [name, person.attributes.get(name)]));
  const isSame = links.length + consents.length + tags.length + Object.keys(set).length === 0;
  const outcome = known === undefined ? 'created' : isSame ? 'unchanged' : 'updated';
  const plan: ImportPlan = { member, outcome, links, consents, tags, set, before };
  remember(plan, person, world);
  return plan;
}

/** A list says `42` of a number and of a text alike. */
const isNews = (known: AttributeValue | undefined, told: AttributeValue): boolean =>
  known === undefined || String(known) !== String(told);

export const isReject = (planned: ImportPlan | ImportReject): planned is ImportReject => 'code' in planned;

function ownerOf(
  { member, identities }: NamedRow,
  { owners, members }: ImportWorld,
): MemberId | undefined | ImportReject {
  const [first, second] = new Set([
    ...(member === undefined ? [] : [member as MemberId]),
    ...identities.flatMap((identity) => owners.get(identityKey(identity)) ?? []),
  ]);
  if (member !== undefined && !members.has(member as MemberId)) {
    return {
      code: 'unknown_member',
      detail: `there is no member ${member}; leave the column member out for new people`,
    };
  }
  if (first === undefined) {
    return identities.length > 0 ? undefined : { code: 'no_identity', detail: 'nothing in this row says who it is' };
  }
  if (second !== undefined) {
    return {
      code: 'identity_conflict',
      detail: `this row names ${first} and ${second}: mend the row, or pharos member merge if both are one person`,
    };
  }
  const state = members.get(first)?.state;
  if (state === 'living') return first;
  if (state === undefined || state === 'erased') return { code: 'member_erased', detail: `${first} was forgotten` };
  return { code: 'member_merged', detail: `${first} is a part of ${state.mergedInto} now: name that one` };
}

function refusedLink(
  identity: Identity,
  row: NamedRow,
  known: ImportedMember | undefined,
  world: ImportWorld,
): ImportReject | undefined {
  const { kind } = identity;
  const shown = maskIdentity(identity);
  const erasedAt = world.erasedAt.get(identityKey(identity));
  if (kind === 'line_user') {
    if (erasedAt === undefined) return undefined;
    return {
      code: 'erased',
      detail: 'this LINE user was forgotten; they come back by themselves when they write to us',
    };
  }
  const purpose = LINK_PURPOSE[kind];
  const agreed = row.consents.find((consent) => consent.purpose === purpose);
  if (agreed === undefined) {
    const columns = `consent.${purpose} and consent.${purpose}.date`;
    return {
      code: 'consent_missing',
      detail: `${kind} ${shown} is tied to a person who agreed to it: fill in ${columns}`,
    };
  }
  if (erasedAt !== undefined && agreed.at <= erasedAt) {
    return { code: 'erased', detail: `whoever has ${kind} ${shown} was forgotten after they agreed` };
  }
  const last = known?.consents.get(purpose);
  if (last?.action !== 'withdrawn' || last.at < agreed.at) return undefined;
  return { code: 'consent_withdrawn', detail: `consent to ${purpose} was taken back after the date in this row` };
}

function remember(
  { member, links, consents, tags, set }: ImportPlan,
  person: ImportedMember,
  world: ImportWorld,
): void {
  world.members.set(member, person);
  for (const identity of links) world.owners.set(identityKey(identity), member);
  for (const tag of tags) person.tags.add(tag);
  for (const [name, value] of Object.entries(set)) person.attributes.set(name, value);
  for (const consent of consents) {
    person.recorded.add(consentKey(consent));
    const last = person.consents.get(consent.purpose);
    if (last === undefined || last.at <= consent.at) {
      person.consents.set(consent.purpose, { action: 'granted', at: consent.at });
    }
  }
}

export const nobodyYet = (): ImportedMember => ({
  state: 'living',
  tags: new Set(),
  attributes: new Map(),
  consents: new Map(),
  recorded: new Set(),
});
