import { z } from 'zod';
import { parseNumber } from '../arguments.ts';
import { read } from '../client.ts';
import { textsFor } from '../language.ts';
import { chatOf, newMessages, userPath } from '../sandbox/chat.ts';
import { chatText } from '../sandbox/chat-text.ts';
import { connectSandbox, UserAnswer } from '../sandbox/connection.ts';
import { SANDBOX_TEXTS } from '../sandbox/texts.ts';
import { printJson, type Shell } from '../shell.ts';

const ScanAnswer = z.object({
  addsFriend: z.boolean(),
  followed: z.string().optional(),
  text: z.string().optional(),
  sent: z.string().optional(),
});

export interface ScanOptions {
  readonly user?: string;
  /** False: the text is typed for them, and they do not send it. */
  readonly send: boolean;
  readonly wait: string;
}

/** `pharos sandbox scan <url>`: somebody scans the code at a door, or taps a link, and does what the page asks. */
export async function sandboxScan(shell: Shell, url: string, options: ScanOptions): Promise<void> {
  const waitMs = parseNumber('--wait', options.wait, 0, 600) * 1000;
  const sandbox = connectSandbox(shell);
  const person = options.user
    ? await sandbox.get(userPath(options.user))
    : await sandbox.post('/sandbox/users', { friend: false });
  const { userId, displayName } = read(UserAnswer, person);
  const before = (await chatOf(sandbox, userId)).length;
  const scanned = read(ScanAnswer, await sandbox.post(`${userPath(userId)}/scan`, { url, send: options.send }));
  const chat = await newMessages(sandbox, userId, before, waitMs);
  if (shell.json) return printJson(shell, { userId, ...scanned, chat });
  const { addsFriend, followed, text, sent } = scanned;
  const texts = textsFor(shell, SANDBOX_TEXTS);
  if (!addsFriend) shell.talk(`${texts.otherAccount}\n`);
  if (followed !== undefined) shell.talk(`${texts.becameFriend(displayName, userId)}\n`);
  if (text !== undefined) shell.talk(`${sent === undefined ? texts.notSent(text) : texts.sent(text)}\n`);
  for (const entry of chat) shell.out(chatText(displayName, entry));
  // To become a friend is what brings something; the text that was typed for them only tells where they stood.
  const event = followed ?? sent;
  if (event !== undefined) shell.talk(`${texts.why(event)}\n`);
}
