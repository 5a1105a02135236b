import { accept, type Result, reject } from '../../../protocol/result.ts';
import { type FormLinker, fillIn, MOST_TEMPLATE_CHARACTERS } from './engine.ts';

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
    readonly redeemableAt: readonly string[];
  };
}

/** LINE takes one to five message objects a call. */
const MOST_MESSAGES = 5;
const MOST_TEXT_UNITS = 5000;
const MOST_ALT_TEXT_UNITS = 1500;

/** The template whose locale fits best: `zh-TW`, then `zh`, then `default`. */
export function pickSource(sources: Readonly<Record<string, string>>, locale: string): string | undefined {
  return sources[locale] ?? sources[locale.split('-')[0] ?? locale] ?? sources['default'];
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
    const complaint = error instanceof Error ? error.message : String(error);
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
  const complaint = messages.map(overLimit).find((found) => found !== undefined);
  return complaint === undefined ? accept(messages) : reject('message-limit', complaint);
}

/** Messaging API reference, "Message objects". */
const LINE_MESSAGE_TYPES: ReadonlySet<string> = new Set(
  'text textV2 sticker image video audio location imagemap template flex coupon'.split(' '),
);

const isMessage = (value: unknown): value is LineMessage =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function overLimit(message: LineMessage, index: number): string | undefined {
  if (!LINE_MESSAGE_TYPES.has(message.type)) {
    return `message ${index}: LINE knows no type "${message.type}"; it takes ${[...LINE_MESSAGE_TYPES].join(', ')}`;
  }
  const { type, text, altText } = message as { type: string; text?: unknown; altText?: unknown };
  if (type === 'text' && (typeof text !== 'string' || text.length === 0 || text.length > MOST_TEXT_UNITS)) {
    return `message ${index}: text must have 1 to ${MOST_TEXT_UNITS} characters`;
  }
  if (
    type === 'flex' &&
    (typeof altText !== 'string' || altText.length === 0 || altText.length > MOST_ALT_TEXT_UNITS)
  ) {
    return `message ${index}: altText must have 1 to ${MOST_ALT_TEXT_UNITS} characters`;
  }
  return undefined;
}
