import { z } from 'zod';
import { own } from '../../../protocol/own.ts';
import { header, SlugField } from './fields.ts';
import { says } from './says.ts';

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

const required = z.boolean().default(false).meta(says('whether the form cannot be sent without it', '是否必填'));

const Field = z.union(
  [
    z.strictObject({
      ask: z
        .enum(['name', 'phone', 'email', 'birthday'])
        .meta(says('one of these, kept as contact data', '詢問的聯絡資料')),
      required,
    }),
    z.strictObject({
      attribute: AttributeName.meta(says('name under which the answer is kept', '儲存答案的名稱')),
      label: LocaleTextField.meta(says('the question', '問題文字')),
      required,
      choices: z
        .array(z.string().min(1).max(100))
        .min(1)
        .max(50)
        .optional()
        .meta(says('one of these; absent: free text', '選項；不寫則自由填寫')),
    }),
  ],
  'ask for name, phone, email or birthday, or name an attribute with its label',
);
export type FormField = z.infer<typeof Field>;

const Consent = z.strictObject({
  purpose: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,31}$/, 'a purpose is named like membership')
    .meta(says('what for', '用途')),
  text: LocaleTextField.meta(says('the words people agree to', '同意的文字')),
  required,
});

export const FormManifest = z
  .strictObject({
    ...header('Form'),
    spec: z.strictObject({
      title: LocaleTextField.meta(says('heading, by language', '標題，依語言')),
      intro: LocaleTextField.optional().meta(says('above the questions', '說明文字')),
      thanks: LocaleTextField.meta(says('shown once it was sent', '送出後顯示')),
      wordingVersion: z
        .string()
        .min(1)
        .max(64)
        .meta(
          says(
            'kept with every consent; change it whenever a word of consents changes',
            '與同意紀錄一起保存；consents 文字有更動就要更改',
          ),
        ),
      consents: z.array(Consent).min(1).max(10).meta(says('what people agree to', '同意事項')),
      fields: z.array(Field).max(20).default([]).meta(says('what is asked', '詢問的項目')),
      phoneCountry: z
        .string()
        .regex(/^[A-Z]{2}$/, 'a country is two letters, e.g. TW')
        .default('TW')
        .meta(says('numbers written without a country are of this one', '沒寫國碼的電話屬於這個國家')),
      tags: z.array(SlugField).max(10).default([]).meta(says('put on whoever sends the form', '送出後加上的標記')),
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
  return own(texts, language) ?? (near === undefined ? undefined : texts[near]) ?? texts['default'] ?? '';
}
