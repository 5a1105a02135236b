import { z } from 'zod';
import { parseNumber } from '../arguments.ts';
import { read } from '../client.ts';
import { textsFor } from '../language.ts';
import { chatOf, newMessages, userPath } from '../sandbox/chat.ts';
import { chatText } from '../sandbox/chat-text.ts';
import { connectSandbox, UserAnswer } from '../sandbox/connection.ts';
import { SANDBOX_TEXTS } from '../sandbox/texts.ts';
import { printJson, type Shell } from '../shell.ts';

const SaidAnswer = z.object({ webhookEventId: z.string() });

/** `pharos sandbox say <user> <text>`: somebody writes to the account; what it answers. */
export async function sandboxSay(
  shell: Shell,
  userId: string,
  text: string,
  options: { readonly wait: string },
): Promise<void> {
  const waitMs = parseNumber('--wait', options.wait, 0, 600) * 1000;
  const sandbox = connectSandbox(shell);
  const { displayName } = read(UserAnswer, await sandbox.get(userPath(userId)));
  const before = (await chatOf(sandbox, userId)).length;
  const { webhookEventId } = read(SaidAnswer, await sandbox.post(`${userPath(userId)}/text`, { text }));
  const chat = await newMessages(sandbox, userId, before, waitMs);
  if (shell.json) return printJson(shell, { userId, webhookEventId, chat });
  for (const entry of chat) shell.out(chatText(displayName, entry));
  const texts = textsFor(shell, SANDBOX_TEXTS);
  if (chat.length === 0) shell.talk(`${texts.noMessage}\n`);
  shell.talk(`${texts.why(webhookEventId)}\n`);
}
