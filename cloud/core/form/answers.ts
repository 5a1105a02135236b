import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { z } from 'zod';
import { own } from '../../../protocol/own.ts';
import type { FormField, FormSpec } from '../manifest/form.ts';

/** What a sent form says of its person, checked. */
export interface FormAnswers {
  readonly name?: string;
  /** International, e.g. `+886912345678`. */
  readonly phone?: string;
  readonly email?: string;
  /** `1990-04-01` */
  readonly birthday?: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Purposes agreed to, and those offered that were not. */
  readonly agreed: readonly string[];
  readonly declined: readonly string[];
}

/** Why a field cannot be taken; the page says it in the person's language. */
export type AnswerFault =
  | 'missing'
  | 'too-long'
  | 'no-phone-number'
  | 'no-email-address'
  | 'no-date'
  | 'not-a-choice'
  | 'consent-needed';

export type AnswersRead =
  | { readonly ok: true; readonly answers: FormAnswers }
  | { readonly ok: false; readonly faults: ReadonlyMap<string, AnswerFault> };

/** The name of a consent's box among the fields of the sent form. */
export const consentField = (purpose: string): string => `consent.${purpose}`;

export const fieldName = (field: FormField): string => ('ask' in field ? field.ask : field.attribute);

const MOST_CHARACTERS = 200;

/** Reads a sent form: every fault at once, by field. `today` is the local date, `YYYY-MM-DD`. */
export function readAnswers(
  spec: FormSpec,
  sent: Readonly<Record<string, string | undefined>>,
  today: string,
): AnswersRead {
  const faults = new Map<string, AnswerFault>();
  const told: Record<string, string> = {};
  const attributes: Record<string, string> = {};
  for (const field of spec.fields) {
    const name = fieldName(field);
    const text = own(sent, name)?.normalize('NFC').trim() ?? '';
    if (text === '') {
      if (field.required) faults.set(name, 'missing');
      continue;
    }
    const read = text.length > MOST_CHARACTERS ? { fault: 'too-long' as const } : readField(field, text, spec, today);
    if ('fault' in read) faults.set(name, read.fault);
    else if ('ask' in field) told[name] = read.value;
    else attributes[name] = read.value;
  }
  const isAgreed = (purpose: string): boolean => (sent[consentField(purpose)] ?? '') !== '';
  for (const { purpose, required } of spec.consents) {
    if (required && !isAgreed(purpose)) faults.set(consentField(purpose), 'consent-needed');
  }
  if (faults.size > 0) return { ok: false, faults };
  const purposes = spec.consents.map(({ purpose }) => purpose);
  const agreed = purposes.filter(isAgreed);
  return { ok: true, answers: { ...told, attributes, agreed, declined: purposes.filter((it) => !isAgreed(it)) } };
}

type FieldRead = { readonly value: string } | { readonly fault: AnswerFault };

function readField(field: FormField, text: string, spec: FormSpec, today: string): FieldRead {
  if ('attribute' in field) {
    return field.choices === undefined || field.choices.includes(text) ? { value: text } : { fault: 'not-a-choice' };
  }
  switch (field.ask) {
    case 'name':
      return { value: text };
    case 'phone': {
      const number = parsePhoneNumberFromString(text.normalize('NFKC'), spec.phoneCountry as CountryCode);
      return number?.isPossible() === true ? { value: number.number } : { fault: 'no-phone-number' };
    }
    case 'email': {
      const email = z.email().safeParse(text.normalize('NFKC').toLowerCase());
      return email.success ? { value: email.data } : { fault: 'no-email-address' };
    }
    case 'birthday': {
      const date = z.iso.date().safeParse(text.normalize('NFKC'));
      return date.success && date.data >= EARLIEST_BIRTHDAY && date.data <= today
        ? { value: date.data }
        : { fault: 'no-date' };
    }
  }
}

const EARLIEST_BIRTHDAY = '1900-01-01';
