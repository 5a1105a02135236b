import { setTimeout as wait } from 'node:timers/promises';
import { read } from '../client.ts';
import { ChatAnswer, type ChatEntry, type SandboxClient } from './connection.ts';

const POLL_MS = 100;

export const userPath = (userId: string): string => `/sandbox/users/${encodeURIComponent(userId)}`;

export const chatOf = async (sandbox: SandboxClient, userId: string): Promise<readonly ChatEntry[]> =>
  read(ChatAnswer, await sandbox.get(`${userPath(userId)}/chat`)).messages;

/** What the account wrote after the first `before` entries of a chat; it is given some time to write. */
export async function newMessages(
  sandbox: SandboxClient,
  userId: string,
  before: number,
  waitMs: number,
): Promise<readonly ChatEntry[]> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const news = (await chatOf(sandbox, userId)).slice(before).filter(({ from }) => from === 'account');
    if (news.length > 0 || performance.now() >= deadline) return news;
    await wait(POLL_MS);
  }
}
