import { z } from 'zod';
import { header, SlugField } from './fields.ts';

/**
 * `kind: Form`: what a person fills in inside LINE, with the words they agree to. Signing up as a member is one of them.
 * Answers become facts of the member, consents are kept with the version of their wording.
 */

const locale = z.string().regex(/^(default|[a-z]{2}(-[A-Z]{2})?)$/, 'a language looks like zh-TW, or default');

/** A text by language; `default` is shown to everybody else. */
export const LocaleTextField = z
  .record(locale, z.string().min(1).max(2000))
  .refine((texts) => texts['default'] !== undefined, 'write a default text');
export type LocaleText = z.infer<typeof LocaleTextField>;

const AttributeName = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'an attribute is named like shoe_size');

const Field = z.union(
  [
    z.strictObject({ ask: z.enum(['name', 'phone', 'email', 'birthday']), required: z.boolean().default(false) }),
    z.strictObject({
      attribute: AttributeName,
      label: LocaleTextField,
      required: z.boolean().default(false),
      /** One of these; absent: free text. */
      choices: z.array(z.string().min(1).max(100)).min(1).max(50).optional(),
    }),
  ],
  'ask for name, phone, email or birthday, or name an attribute with its label',
);
export type FormField = z.infer<typeof Field>;

const Consent = z.strictObject({
  purpose: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'a purpose is named like membership'),
  text: LocaleTextField,
  /** Whether the form can be sent without it. */
  required: z.boolean().default(false),
});

export const FormManifest = z
  .strictObject({
    ...header('Form'),
    spec: z.strictObject({
      title: LocaleTextField,
      intro: LocaleTextField.optional(),
      thanks: LocaleTextField,
      /** Kept with every consent; change it whenever a word of `consents` changes. */
      wordingVersion: z.string().min(1).max(64),
      consents: z.array(Consent).min(1).max(10),
      fields: z.array(Field).max(20).default([]),
      /** Numbers written without a country are of this one. */
      phoneCountry: z
        .string()
        .regex(/^[A-Z]{2}$/, 'a country is two letters, e.g. TW')
        .default('TW'),
      /** Put on whoever sends the form. */
      tags: z.array(SlugField).max(10).default([]),
    }),
  })
  .superRefine(({ spec }, context) => {
    const names = spec.fields.map((field) => ('ask' in field ? field.ask : field.attribute));
    const purposes = spec.consents.map(({ purpose }) => purpose);
    const twice = (list: readonly string[]) => list.find((name, index) => list.indexOf(name) !== index);
    for (const [key, name] of [
      ['fields', twice(names)],
      ['consents', twice(purposes)],
    ] as const) {
      if (name === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: ['spec', key],
        message: `"${name}" is asked twice`,
        params: { rule: 'asked-twice' },
      });
    }
  });
export type FormManifest = z.infer<typeof FormManifest>;
export type FormSpec = FormManifest['spec'];

/** The text for a language such as `zh-TW`: exact, else of the same tongue, else the default. */
export function textFor(texts: LocaleText, language: string): string {
  const tongue = language.split('-')[0];
  const near = Object.keys(texts).find((key) => key.split('-')[0] === tongue);
  return texts[language] ?? (near === undefined ? undefined : texts[near]) ?? texts['default'] ?? '';
}
