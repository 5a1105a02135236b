import { z } from 'zod';
import { parseWhole } from '../arguments.ts';
import { read } from '../client.ts';
import { textsFor } from '../language.ts';
import { connectSandbox } from '../sandbox/connection.ts';
import { SANDBOX_TEXTS } from '../sandbox/texts.ts';
import { printable, printJson, type Shell } from '../shell.ts';

export interface LogOptions {
  readonly user?: string;
  readonly retryKey?: string;
  readonly endpoint?: string;
  readonly limit: string;
}

const LogAnswer = z.object({ lines: z.array(z.string()), dropped: z.number() });

/** `pharos sandbox log`: what the platform was asked and what it sent, oldest first. */
export async function sandboxLog(shell: Shell, { user, retryKey, endpoint, limit }: LogOptions): Promise<void> {
  const count = String(parseWhole('--limit', limit, 1, 100_000));
  const query = new URLSearchParams({ lines: 'true', newest: 'true', limit: count });
  for (const [name, value] of Object.entries({ user, retryKey, endpoint }))
    if (value !== undefined) query.set(name, value);
  const answer = await connectSandbox(shell).get(`/sandbox/log?${query}`);
  if (shell.json) return printJson(shell, answer);
  const { lines, dropped } = read(LogAnswer, answer);
  for (const line of lines) shell.out(`${printable(line)}\n`);
  if (dropped > 0) shell.talk(`${textsFor(shell, SANDBOX_TEXTS).gone(dropped)}\n`);
}
