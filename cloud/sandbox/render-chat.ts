import { flexTexts } from '../chat/flex-texts.ts';
import type { ChatEntry } from './chats.ts';
import type { LineMessage } from './platform/messages/message.ts';

/**
 * A chat message as a person at a terminal reads it. Only a left rule is drawn: a closed box would need the width of
 * every Chinese character and emoji, which terminals do not agree on.
 */
export function renderChat(displayName: string, entry: ChatEntry): string {
  const title = entry.from === 'account' ? `LINE → ${displayName} (${entry.via})` : `${displayName} → LINE`;
  const lines = entry.from === 'account' ? messageLines(entry.message) : [entry.text];
  const body = lines.flatMap((line) => line.split('\n')).map((line) => `│ ${printable(line)}`);
  return [`╭─ ${printable(title)}`, ...body, '╰─', ''].join('\n');
}

/** The readable parts of a message, one per line. */
export function messageLines(message: LineMessage): readonly string[] {
  switch (message.type) {
    case 'text':
    case 'textV2':
      return [message.text];
    case 'flex': {
      const texts = flexTexts(message.contents);
      return texts.length > 0 ? texts : [message.altText];
    }
    case 'template':
    case 'imagemap':
      return [message.altText];
    case 'coupon':
      return [`(coupon ${message.couponId})`];
    case 'location':
      return [message.title, message.address];
    case 'image':
    case 'video':
    case 'audio':
      return [`(${message.type} ${message.originalContentUrl})`];
    case 'sticker':
      return [`(sticker ${message.packageId}/${message.stickerId})`];
  }
}

/** A message is somebody else's text: it may not steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const printable = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
