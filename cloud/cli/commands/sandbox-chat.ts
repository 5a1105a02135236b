import { read } from '../client.ts';
import { textsFor } from '../language.ts';
import { chatText } from '../sandbox/chat-text.ts';
import { ChatAnswer, connectSandbox, UserAnswer } from '../sandbox/connection.ts';
import { SANDBOX_TEXTS } from '../sandbox/texts.ts';
import { printJson, type Shell } from '../shell.ts';

/** `pharos sandbox chat <user>`: the chat as that person sees it. */
export async function sandboxChat(shell: Shell, userId: string): Promise<void> {
  const sandbox = connectSandbox(shell);
  const path = `/sandbox/users/${encodeURIComponent(userId)}`;
  const answer = await sandbox.get(`${path}/chat`);
  if (shell.json) return printJson(shell, answer);
  const { displayName } = read(UserAnswer, await sandbox.get(path));
  const { messages } = read(ChatAnswer, answer);
  if (messages.length === 0) shell.talk(`${textsFor(shell, SANDBOX_TEXTS).emptyChat}\n`);
  for (const entry of messages) shell.out(chatText(displayName, entry));
}
