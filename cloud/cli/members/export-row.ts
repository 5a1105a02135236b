import { z } from 'zod';
import { own } from '../../../protocol/own.ts';
import { isImportField } from '../../core/member/import-cells.ts';
import { inertText } from '../csv/write.ts';
import { misuse } from '../failure.ts';
import { ToldReach } from './reach.ts';

/** A member as `POST /v1/members/export` tells of them. */
export const ExportedMember = z.object({
  member: z.string(),
  createdAt: z.number(),
  blocked: z.boolean(),
  reach: ToldReach.optional(),
  tier: z.string().optional(),
  tags: z.array(z.string()),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  consents: z.array(z.object({ purpose: z.string(), wording: z.string(), at: z.number() })),
  identities: z.array(z.object({ kind: z.string(), issuer: z.string(), subject: z.string() })).optional(),
});
export type ExportedMember = z.infer<typeof ExportedMember>;

/** Columns besides those an import knows; it leaves them out by itself when they are mapped so. */
const IDENTITY_FIELDS = {
  line_user: 'line_user',
  phone: 'phone',
  email: 'email',
  card: 'pos_card',
  beacon_tag: 'ble_tag',
} as const;
const isIdentityField = (field: string): boolean => field === 'card_issuer' || field in IDENTITY_FIELDS;

/** Attributes with columns of their own. */
const PLAIN = ['name', 'birthday'] as const;

export const namesPeople = (fields: readonly string[]): boolean => fields.some(isIdentityField);

const FIELD_NAMES =
  'member, phone, email, card, beacon_tag, line_user, name, birthday, tier, tags, attr.<name>, consent.<purpose>';

/** `--fields a,b`; throws a misuse for what is no field. */
export function readFields(text: string): string[] {
  const fields = text.split(/[,\s]+/).filter(Boolean);
  const wrong = fields.find((field) => !isImportField(field));
  if (wrong !== undefined || fields.length === 0) {
    throw misuse(
      { en: `--fields: no field is called "${wrong ?? ''}"`, 'zh-TW': `--fields：沒有名為「${wrong ?? ''}」的欄位` },
      { en: `fields are ${FIELD_NAMES}`, 'zh-TW': `欄位有 ${FIELD_NAMES}` },
    );
  }
  return fields;
}

/** Every field these members have something in, in the order of a list that is brought in. */
export function fieldsPresent(members: readonly ExportedMember[], identities: boolean): string[] {
  const attributes = new Set<string>();
  const purposes = new Set<string>();
  for (const member of members) {
    for (const name of Object.keys(member.attributes)) attributes.add(name);
    for (const { purpose } of member.consents) purposes.add(purpose);
  }
  const plain = (name: string): boolean => (PLAIN as readonly string[]).includes(name);
  return [
    'member',
    ...(identities ? [...Object.keys(IDENTITY_FIELDS), 'card_issuer'] : []),
    ...PLAIN.filter((name) => attributes.has(name)),
    'tier',
    'tags',
    ...[...attributes]
      .filter((name) => !plain(name))
      .sort()
      .map((name) => `attr.${name}`),
    ...[...purposes].sort().flatMap((purpose) => [`consent.${purpose}`, `consent.${purpose}.date`]),
  ];
}

/** A member as a row of a list; an import reads it back as what it was. */
export const cellsOf = (member: ExportedMember, fields: readonly string[]): string[] =>
  fields.map((field) => inertText(cellOf(member, field)));

function cellOf({ member, tier, tags, attributes, consents, identities = [] }: ExportedMember, field: string): string {
  if (field === 'member') return member;
  if (field === 'tier') return tier ?? '';
  if (field === 'tags') return tags.join(';');
  if (field === 'card_issuer')
    return identities.flatMap(({ kind, issuer }) => (kind === 'pos_card' ? [issuer] : [])).join(';');
  if (field in IDENTITY_FIELDS) {
    const wanted = IDENTITY_FIELDS[field as keyof typeof IDENTITY_FIELDS];
    return identities.flatMap(({ kind, subject }) => (kind === wanted ? [subject] : [])).join(';');
  }
  const [, purpose, date] = /^consent\.([^.]+)(\.date)?$/.exec(field) ?? [];
  if (purpose !== undefined) {
    const consent = consents.find((one) => one.purpose === purpose);
    if (consent === undefined) return '';
    return date === undefined ? consent.wording : new Date(consent.at).toISOString();
  }
  const value = own(attributes, field.startsWith('attr.') ? field.slice('attr.'.length) : field);
  return value === undefined ? '' : String(value);
}
