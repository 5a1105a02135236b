import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { call } from '../client.ts';
import { dataDir, notAnAddress } from '../connection.ts';
import { EXIT, Failure } from '../failure.ts';
import { type Shell, setting } from '../shell.ts';

/** The sandbox's own control API, which needs no token: it plays people, never the shop. */
export interface SandboxClient {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

/** A walk may be asked to take many minutes. */
const WALK_WITHIN_MS = 3_600_000;
const START_IT = { en: 'start it with ./scripts/start', 'zh-TW': '請執行 ./scripts/start' };
const START_OR_NAME_IT = {
  en: 'start it with ./scripts/start, or set PHAROS_SANDBOX_URL',
  'zh-TW': '請執行 ./scripts/start，或設定 PHAROS_SANDBOX_URL',
};
const NO_SANDBOX = { en: 'no sandbox is known here', 'zh-TW': '這裡沒有試用的 LINE 平台' };

export function connectSandbox(shell: Shell): SandboxClient {
  const url = setting(shell.env, 'PHAROS_SANDBOX_URL') ?? urlOfDemo(shell);
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new Failure(EXIT.badConfiguration, 'bad_sandbox_url', notAnAddress(url), {
      where: 'PHAROS_SANDBOX_URL',
      remedy: START_IT,
    });
  }
  const { origin } = new URL(url);
  return {
    get: (path) => call(origin, path, {}, START_IT),
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
        START_IT,
      ),
  };
}

function urlOfDemo({ env }: Shell): string {
  const file = join(dataDir(env), 'sandbox-url');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Failure(EXIT.failed, 'no_sandbox', NO_SANDBOX, { where: file, remedy: START_OR_NAME_IT });
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
