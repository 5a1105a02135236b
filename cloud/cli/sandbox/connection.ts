import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { call } from '../client.ts';
import { dataDir } from '../connection.ts';
import { EXIT, Failure } from '../failure.ts';
import { type Shell, setting } from '../shell.ts';

/** The sandbox's own control API, which needs no token: it plays people, never the shop. */
export interface SandboxClient {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

/** A walk may be asked to take many minutes. */
const WALK_WITHIN_MS = 3_600_000;
const REMEDY = 'start it with ./scripts/start';

export function connectSandbox(shell: Shell): SandboxClient {
  const url = setting(shell.env, 'PHAROS_SANDBOX_URL') ?? urlOfDemo(shell);
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new Failure(EXIT.badConfiguration, 'bad_sandbox_url', `"${url}" is not an address`, {
      where: 'PHAROS_SANDBOX_URL',
    });
  }
  const { origin } = new URL(url);
  return {
    get: (path) => call(origin, path, {}, REMEDY),
    post: (path, body) =>
      call(
        origin,
        path,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(WALK_WITHIN_MS),
        },
        REMEDY,
      ),
  };
}

function urlOfDemo({ env }: Shell): string {
  const file = join(dataDir(env), 'sandbox-url');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Failure(EXIT.failed, 'no_sandbox', 'no sandbox is known here', {
      where: file,
      remedy: `${REMEDY}, or set PHAROS_SANDBOX_URL`,
    });
  }
}

export const UserAnswer = z.object({ userId: z.string(), displayName: z.string() });

const AccountEntry = z.object({
  from: z.literal('account'),
  atMs: z.number(),
  via: z.string(),
  message: z.looseObject({ type: z.string() }),
});
const PersonEntry = z.object({ from: z.literal('person'), atMs: z.number(), text: z.string() });
export const ChatAnswer = z.object({ messages: z.array(z.discriminatedUnion('from', [AccountEntry, PersonEntry])) });
export type ChatEntry = z.infer<typeof ChatAnswer>['messages'][number];
