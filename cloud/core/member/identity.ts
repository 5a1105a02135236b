import { z } from 'zod';
import { TagSubject, tagSubjectKey } from '../../../protocol/messages/common.ts';
import { accept, type Result, reject } from '../../../protocol/result.ts';
import { TAG_SENSING } from '../consent.ts';
import type { Identity, IdentityKind } from '../ports.ts';

export const IDENTITY_KINDS = [
  'line_user',
  'ble_tag',
  'pos_card',
  'phone',
  'email',
] as const satisfies readonly IdentityKind[];

/** What a person agrees to when an identity of this kind is tied to them; friendship is LINE's own consent. */
export const LINK_PURPOSE: Readonly<Record<Exclude<IdentityKind, 'line_user'>, string>> = {
  ble_tag: TAG_SENSING,
  pos_card: 'pos_card',
  phone: 'phone',
  email: 'email',
};

const SUBJECTS: Readonly<Record<IdentityKind, { readonly schema: z.ZodType<string>; readonly looks: string }>> = {
  line_user: { schema: z.string().regex(/^U[0-9a-f]{32}$/), looks: 'U and 32 lower-case hexadecimal digits' },
  ble_tag: { schema: z.string().transform(readTag).pipe(z.string()), looks: 'UUID/MAJOR/MINOR' },
  pos_card: { schema: z.string().regex(/^[\x21-\x7e]{4,64}$/), looks: '4 to 64 printable characters' },
  phone: { schema: z.string().regex(/^\+[1-9]\d{6,14}$/), looks: 'international, like +886912345678' },
  email: { schema: z.string().toLowerCase().pipe(z.email()), looks: 'an address like anna@example.tw' },
};

/** An identity as typed, in the one form it is stored and found by. `issuer` tells cards and bots apart. */
export function readIdentity(
  kind: IdentityKind,
  subject: string,
  issuer: string | undefined,
): Result<Identity, 'bad_identity'> {
  const { schema, looks } = SUBJECTS[kind];
  const read = schema.safeParse(subject.normalize('NFKC').trim());
  if (!read.success) return reject('bad_identity', `a ${kind} looks like this: ${looks}`);
  if (kind === 'line_user' && issuer === undefined) {
    return reject('bad_identity', 'a LINE user id is one bot’s: name the bot as its issuer');
  }
  return accept({ kind, issuer: issuer ?? (kind === 'ble_tag' ? 'ibeacon' : kind), subject: read.data });
}

function readTag(text: string): string | undefined {
  const [uuid, major, minor, ...rest] = text.split('/');
  const tag = TagSubject.safeParse({ kind: 'ibeacon', uuid, major: Number(major), minor: Number(minor) });
  return tag.success && rest.length === 0 ? tagSubjectKey(tag.data) : undefined;
}

const HIDDEN = '•••';

/** Enough of an identity for whoever knows it to recognise it, and for nobody else to use it. */
export function maskIdentity({ kind, subject }: Pick<Identity, 'kind' | 'subject'>): string {
  switch (kind) {
    case 'line_user':
      return HIDDEN;
    case 'phone':
      return subject.length < 10 ? HIDDEN : `${subject.slice(0, 4)}${HIDDEN}${subject.slice(-3)}`;
    case 'email': {
      const at = subject.lastIndexOf('@');
      return at < 1 ? HIDDEN : `${subject.slice(0, 1)}${HIDDEN}${subject.slice(at)}`;
    }
    case 'ble_tag':
      return `${HIDDEN}/${subject.split('/').slice(1).join('/')}`;
    case 'pos_card':
      return subject.length < 8 ? HIDDEN : `${HIDDEN}${subject.slice(-4)}`;
    default:
      return kind satisfies never;
  }
}
