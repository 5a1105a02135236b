import { z } from 'zod';
import { IDENTITY_KINDS } from './identity.ts';

/** One person of a list that headquarters brings in, as it travels: every value in the one form it is kept in. */

const TAG_NAME = /^[^\s,;]{1,64}$/;
/** A date in another form would stand there and never be met by a campaign. */
const BIRTHDAY_FORM = /^(\d{4}|-)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export const isTagName = (text: string): boolean => TAG_NAME.test(text);
export const isPurpose = (text: string): boolean => /^[a-z][a-z0-9_]{0,63}$/.test(text);

export const ImportRowField = z.strictObject({
  /** Of the file, to be named where something is wrong. */
  line: z.int().positive(),
  /** The member's own id, where the list came from here. */
  member: z.string().min(1).max(64).optional(),
  identities: z
    .array(
      z.strictObject({
        kind: z.enum(IDENTITY_KINDS),
        issuer: z.string().min(1).max(64).optional(),
        subject: z.string().min(1).max(320),
      }),
    )
    .max(20)
    .default([]),
  /** Given in addition to those they have. */
  tags: z.array(z.string().regex(TAG_NAME, 'a tag has no spaces, commas or semicolons')).max(100).default([]),
  /** Tier, name and birthday among them. */
  set: z
    .record(z.string().min(1).max(64), z.union([z.string().max(500), z.number(), z.boolean()]))
    .refine(({ birthday }) => birthday === undefined || BIRTHDAY_FORM.test(String(birthday)), {
      message: 'a birthday looks like 1990-04-01, or --04-01 without the year',
      path: ['birthday'],
    })
    .default({}),
  /** What the person agreed to, in which words, and when. */
  consents: z
    .array(
      z.strictObject({
        purpose: z.string().refine(isPurpose, 'a purpose has a-z, 0-9 and "_"'),
        wording: z.string().min(1).max(500),
        at: z.int().nonnegative(),
      }),
    )
    .max(20)
    .default([]),
});
export type ImportRow = z.infer<typeof ImportRowField>;

/** Why somebody of a list is not taken in. Codes are API: they stand in reject files. */
export type ImportRejectCode =
  | 'bad_row'
  | 'bad_line_user'
  | 'bad_phone'
  | 'bad_email'
  | 'bad_card'
  | 'bad_beacon_tag'
  | 'bad_birthday'
  | 'bad_tags'
  | 'bad_attribute'
  | 'bad_consent'
  | 'no_identity'
  | 'duplicate_row'
  | 'consent_missing'
  | 'consent_withdrawn'
  | 'identity_conflict'
  | 'erased'
  | 'unknown_member'
  | 'member_merged'
  | 'member_erased';

export interface ImportReject {
  readonly code: ImportRejectCode;
  /** One English sentence; names nobody but by their own row. */
  readonly detail: string;
}

/** What became of a batch of rows. */
export interface ImportOutcome {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly (ImportReject & { readonly line: number })[];
}
