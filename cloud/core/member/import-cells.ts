import { accept, type Result, reject } from '../../../protocol/result.ts';
import type { IdentityKind } from '../ports.ts';
import type { AttributeValue } from '../segment/types.ts';
import { readBirthday, readMoment } from './dates.ts';
import { readIdentity } from './identity.ts';
import { type ImportRejectCode, type ImportRow, isPurpose, isTagName } from './import-row.ts';
import { readPhone } from './phone.ts';
import { BIRTHDAY, TIER } from './profile.ts';

/** What a list of members is written in. `attr.<name>`, `consent.<purpose>` and `consent.<purpose>.date` come besides. */
export const IMPORT_FIELDS = [
  'member',
  'line_user',
  'phone',
  'email',
  'card',
  'card_issuer',
  'beacon_tag',
  'name',
  'birthday',
  'tier',
  'tags',
] as const;
type ImportField = (typeof IMPORT_FIELDS)[number];

const ATTRIBUTE = /^attr\.(.{1,64})$/;
const CONSENT = /^consent\.([a-z][a-z0-9_]{0,63})(\.date)?$/;

export const isImportField = (field: string): boolean =>
  (IMPORT_FIELDS as readonly string[]).includes(field) || ATTRIBUTE.test(field) || CONSENT.test(field);

export interface ImportReading {
  /** Where numbers without a country are from. */
  readonly region: string;
  /** Where a day of a consent begins. */
  readonly timeZone: string;
}

const KINDS: Readonly<Partial<Record<ImportField, { readonly kind: IdentityKind; readonly code: ImportRejectCode }>>> =
  {
    line_user: { kind: 'line_user', code: 'bad_line_user' },
    phone: { kind: 'phone', code: 'bad_phone' },
    email: { kind: 'email', code: 'bad_email' },
    card: { kind: 'pos_card', code: 'bad_card' },
    beacon_tag: { kind: 'ble_tag', code: 'bad_beacon_tag' },
  };

type Cells = ReadonlyMap<string, string>;
type Read<T> = Result<T, ImportRejectCode>;

/** One row of a list, by field; what is empty says nothing. */
export function readImportCells(line: number, cells: Cells, reading: ImportReading): Read<ImportRow> {
  const given = new Map([...cells].flatMap(([field, text]) => (text.trim() === '' ? [] : [[field, text.trim()]])));
  const identities = readIdentities(given, reading.region);
  if (!identities.ok) return identities;
  const tags = readTags(given.get('tags') ?? '');
  if (!tags.ok) return tags;
  const set = readAttributes(given);
  if (!set.ok) return set;
  const consents = readConsents(given, reading);
  if (!consents.ok) return consents;
  const member = given.get('member');
  if (member === undefined && identities.value.length === 0) {
    return reject('no_identity', 'nothing in this row says who it is: give a LINE user id, phone, e-mail, card or tag');
  }
  return accept({
    line,
    ...(member !== undefined && { member }),
    identities: identities.value,
    tags: tags.value,
    set: set.value,
    consents: consents.value,
  });
}

function readIdentities(cells: Cells, region: string): Read<ImportRow['identities']> {
  const read: ImportRow['identities'] = [];
  const issuers = listOf(cells.get('card_issuer') ?? '');
  for (const [field, { kind, code }] of Object.entries(KINDS)) {
    for (const [index, text] of listOf(cells.get(field) ?? '').entries()) {
      const subject = kind === 'phone' ? readPhone(text, region) : text;
      if (subject === undefined) return reject(code, `"${text}" is no phone number of ${region}, nor international`);
      const issuer = kind === 'pos_card' ? (issuers[index] ?? issuers[0]) : undefined;
      // Which account a LINE user id belongs to, the server knows.
      const identity = readIdentity(kind, subject, kind === 'line_user' ? kind : issuer);
      if (!identity.ok) return reject(code, `"${text}": ${identity.reject.detail}`);
      read.push({ kind, subject: identity.value.subject, ...(issuer !== undefined && { issuer }) });
    }
  }
  return accept(read);
}

function readTags(text: string): Read<string[]> {
  const tags = [...new Set(listOf(text))];
  const wrong = tags.find((tag) => !isTagName(tag));
  return wrong === undefined
    ? accept(tags)
    : reject('bad_tags', `"${wrong}" is no tag: it has spaces, commas or is too long`);
}

function readAttributes(cells: Cells): Read<Record<string, AttributeValue>> {
  const set: Record<string, AttributeValue> = {};
  for (const [field, text] of cells) {
    const [, attribute] = ATTRIBUTE.exec(field) ?? [];
    const name = attribute ?? (field === 'name' || field === TIER ? field : undefined);
    if (name === undefined) continue;
    if (text.length > MOST_CHARACTERS)
      return reject('bad_attribute', `${field} is longer than ${MOST_CHARACTERS} characters`);
    // Names and tiers are text, also where they look like numbers.
    set[name] = attribute === undefined ? text : attributeOf(text);
  }
  const birthday = cells.get(BIRTHDAY);
  if (birthday === undefined) return accept(set);
  const day = readBirthday(birthday);
  if (day === undefined)
    return reject('bad_birthday', `"${birthday}" is no birthday: it looks like 1990-04-01, or 04/01`);
  return accept({ ...set, [BIRTHDAY]: day });
}

/** As typed: numbers and `true` and `false` are such. Leading zeros are part of a name: postcodes are no numbers. */
export function attributeOf(text: string): AttributeValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) ? Number(text) : text;
}

function readConsents(cells: Cells, { timeZone }: ImportReading): Read<ImportRow['consents']> {
  const read: ImportRow['consents'] = [];
  const purposes = new Set([...cells.keys()].flatMap((field) => CONSENT.exec(field)?.[1] ?? []));
  for (const purpose of [...purposes].filter(isPurpose).sort()) {
    const wording = cells.get(`consent.${purpose}`);
    const date = cells.get(`consent.${purpose}.date`);
    if (wording === undefined || date === undefined) {
      const missing = wording === undefined ? 'in which words' : 'when';
      return reject('bad_consent', `consent to ${purpose}: it is not said ${missing} the person agreed`);
    }
    if (wording.length > MOST_CHARACTERS)
      return reject('bad_consent', `the wording of ${purpose} is too long: name its version`);
    const at = readMoment(date, timeZone);
    if (at === undefined) return reject('bad_consent', `consent to ${purpose}: "${date}" is no date like 2026-01-05`);
    read.push({ purpose, wording, at });
  }
  return accept(read);
}

const MOST_CHARACTERS = 500;

/** `a;b;c`, also with the full-width marks of Chinese keyboards. */
const listOf = (text: string): string[] =>
  text
    .split(/[;；、]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
