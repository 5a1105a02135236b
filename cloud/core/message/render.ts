import { errorMessage } from '../../../protocol/error-message.ts';
import { own } from '../../../protocol/own.ts';
import { accept, type Result, reject } from '../../../protocol/result.ts';
import { type FormLinker, fillIn, MOST_TEMPLATE_CHARACTERS } from './engine.ts';
import { messageProblems } from './limits.ts';

/** A LINE message object; its inner form is LINE's. */
export type LineMessage = { readonly type: string } & Readonly<Record<string, unknown>>;

export type RenderRejectCode =
  | 'template-syntax'
  | 'template-limit'
  | 'not-json'
  | 'not-messages'
  | 'too-many-messages'
  | 'message-limit';

/** What a template may use: `{{ coupon.code }}`, `{{ store.name }}`, … */
export interface MessageContext {
  readonly store: { readonly id: string; readonly name: string };
  readonly campaign: { readonly id: string; readonly name: string };
  readonly coupon: {
    /** Absent, like `validUntil`, where there is none to show: everything is given out. */
    readonly code?: string;
    readonly value: string;
    /** The last day it is valid, in the store's calendar: `2026-12-31`. */
    readonly validUntil?: string;
    /** The same as people write it: `2026年12月31日（週四）`. */
    readonly validUntilText?: string;
    /** Its own page. */
    readonly url?: string;
    /** Where it may be used, by name: `台北一店、台南一店`, `全部 12 家門市`. */
    readonly where: string;
    /** The shop that gives it; where no shop does, the same as `where`. */
    readonly from: string;
    readonly redeemableAt: readonly string[];
  };
  /** Of the person written to, where they agreed to it; else `您`, `you`. */
  readonly member: { readonly name: string };
}

/** Whether a text calls people by name; only then their names are looked up. */
export const namesMember = (source: string): boolean => source.includes('member.name');

/** LINE takes one to five message objects a call. */
const MOST_MESSAGES = 5;

/** The template whose locale fits best: `zh-TW`, then `zh`, then `default`. */
export function pickSource(sources: Readonly<Record<string, string>>, locale: string): string | undefined {
  return own(sources, locale) ?? own(sources, locale.split('-')[0] ?? locale) ?? sources['default'];
}

/** LINE message objects from a LiquidJS template over JSON. Checked before anything is sent. */
export function renderMessages(
  source: string,
  context: MessageContext,
  formLink?: FormLinker,
): Result<LineMessage[], RenderRejectCode> {
  let text: string;
  try {
    text = fillIn(source, context, formLink);
  } catch (error) {
    const complaint = errorMessage(error);
    return reject(/ limit exceeded/.test(complaint) ? 'template-limit' : 'template-syntax', complaint);
  }
  if (text.length > MOST_TEMPLATE_CHARACTERS) {
    return reject('template-limit', `it makes ${text.length} characters of at most ${MOST_TEMPLATE_CHARACTERS}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return reject('not-json', `the rendered template is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const messages: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (messages.length === 0 || !messages.every(isMessage)) {
    return reject('not-messages', 'a template makes a LINE message object (with a "type") or a list of them');
  }
  if (messages.length > MOST_MESSAGES) {
    return reject('too-many-messages', `${messages.length} messages; LINE takes ${MOST_MESSAGES} at most`);
  }
  const problems = messageProblems(messages);
  if (problems.length === 0) return accept(messages);
  const told = problems.slice(0, MOST_TOLD).map(({ property, message }) => `${property} ${message}`);
  const more = problems.length > MOST_TOLD ? [`and ${problems.length - MOST_TOLD} more`] : [];
  return reject('message-limit', [...told, ...more].join('; '));
}

/** Nobody reads further before mending these. */
const MOST_TOLD = 3;

const isMessage = (value: unknown): value is LineMessage =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
