import { flexTexts } from '../../chat/flex-texts.ts';
import { printable } from '../shell.ts';
import type { ChatEntry } from './connection.ts';

/** One message of a chat as lines of text; what has no words is named by its type. */
export function chatText(displayName: string, entry: ChatEntry): string {
  const [from, words] =
    entry.from === 'person' ? [displayName, [entry.text]] : [`LINE (${entry.via})`, wordsOf(entry.message)];
  const lines = words.flatMap((word) => word.split('\n')).map((line) => `  ${line}`);
  return printable([`${from}:`, ...lines, ''].join('\n'));
}

/** What can be read of a message, line by line. */
export function wordsOf(message: { readonly type: string } & Readonly<Record<string, unknown>>): readonly string[] {
  const shown = message.type === 'flex' ? flexTexts(message['contents']) : texts({ ...message, altText: undefined });
  if (shown.length > 0) return shown;
  return [typeof message['altText'] === 'string' ? message['altText'] : `(${message.type})`];
}

/** Every text and button label below a part of a message, in reading order. */
function texts(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(texts);
  if (typeof part !== 'object' || part === null) return [];
  const { text, label, ...rest } = part as Readonly<Record<string, unknown>>;
  const own = [typeof text === 'string' ? text : '', typeof label === 'string' ? `[ ${label} ]` : ''];
  return [...own.filter((word) => word !== ''), ...Object.values(rest).flatMap(texts)];
}
