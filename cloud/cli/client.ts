import { z } from 'zod';
import { type Connection, readConnection } from './connection.ts';
import { EXIT, type ExitCode, Failure, type Said } from './failure.ts';
import { faultAfter } from './fault-words.ts';
import { refusalSaid } from './refusals.ts';
import type { Shell } from './shell.ts';

/** The server's `/v1`. Every method throws {@link Failure}; answers are as sent, to be read with {@link read}. */
export interface Client {
  readonly server: string;
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  put(path: string, body: unknown): Promise<unknown>;
  delete(path: string): Promise<unknown>;
  /** Answers of work that takes long, one a line, as they come; for as long as something comes now and then. */
  lines(path: string, body: unknown): AsyncIterable<unknown>;
}

/** What the server says when it does not do as asked. */
const ErrorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    where: z.string().optional(),
    remedy: z.string().optional(),
    issues: z
      .array(
        z.object({
          document: z.int().nonnegative(),
          path: z.array(z.union([z.string(), z.number()])),
          message: z.string(),
        }),
      )
      .optional(),
  }),
});
export type ServerIssue = NonNullable<z.infer<typeof ErrorAnswer>['error']['issues']>[number];

/** A refusal of the server; `issues` name places in the documents of an apply. */
export class ServerRefusal extends Failure {
  readonly issues: readonly ServerIssue[];

  constructor(status: number, { code, message, where, remedy, issues }: z.infer<typeof ErrorAnswer>['error']) {
    const advice = remedy ?? (status === 401 ? 'check PHAROS_TOKEN: the server does not know this token' : undefined);
    const said = refusalSaid({ code, message, remedy: advice });
    super(exitOf(status), code, said.message, { where, remedy: said.remedy });
    this.issues = issues ?? [];
  }
}

/** Longer than any honest answer takes; a command must not hang in a script for ever. */
const ANSWER_WITHIN_MS = 30_000;

const IS_IT_RUNNING: Said = {
  en: 'is it running? start it with pharos-cloud run, or name another with --server or PHAROS_SERVER',
  'zh-TW': '伺服器有在執行嗎？請以 pharos-cloud run 啟動，或以 --server 或 PHAROS_SERVER 指定另一台',
};

export const connect = (shell: Shell): Client => connectTo(readConnection(shell));

export function connectTo({ server, token }: Connection): Client {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const asPost = (body: unknown, method: 'POST' | 'PUT' = 'POST'): RequestInit => ({
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const send = (method: 'POST' | 'PUT', path: string, body: unknown): Promise<unknown> =>
    call(server, path, asPost(body, method), IS_IT_RUNNING);
  return {
    server,
    get: (path) => call(server, path, { headers }, IS_IT_RUNNING),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    delete: (path) => call(server, path, { method: 'DELETE', headers }, IS_IT_RUNNING),
    lines: (path, body) => callForLines(server, path, asPost(body), IS_IT_RUNNING),
  };
}

/** One call; `remedy` is for when nobody answers. Redirects are not followed: they would carry the token elsewhere. */
export async function call(server: string, path: string, init: RequestInit, remedy: Said): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    const signal = init.signal ?? AbortSignal.timeout(ANSWER_WITHIN_MS);
    response = await fetch(`${server}${path}`, { ...init, redirect: 'manual', signal });
    text = await response.text();
  } catch (error) {
    throw unreachable(server, error, remedy);
  }
  const answer = json(text);
  if (response.ok && answer !== undefined) return answer;
  throw refusalOf(server, response.status, answer);
}

/** The same for an answer that comes line by line. */
async function* callForLines(server: string, path: string, init: RequestInit, remedy: Said): AsyncIterable<unknown> {
  const silent = new AbortController();
  let alarm = setTimeout(() => silent.abort(), ANSWER_WITHIN_MS);
  try {
    const response = await fetch(`${server}${path}`, { ...init, redirect: 'manual', signal: silent.signal });
    if (!response.ok || response.body === null) {
      throw refusalOf(server, response.status, json(await response.text()));
    }
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(alarm);
      alarm = setTimeout(() => silent.abort(), ANSWER_WITHIN_MS);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield json(line);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unreachable(server, error, remedy);
  } finally {
    clearTimeout(alarm);
  }
}

function unreachable(server: string, error: unknown, remedy: Said): Failure {
  const said = faultAfter({ en: `cannot reach ${server}`, 'zh-TW': `連不上 ${server}` }, error);
  return new Failure(EXIT.failed, 'unreachable', said, { remedy });
}

function refusalOf(server: string, status: number, answer: unknown): Failure {
  const refusal = ErrorAnswer.safeParse(answer);
  if (refusal.success) return new ServerRefusal(status, refusal.data.error);
  const said = {
    en: `${server} answered ${status} and not in our words`,
    'zh-TW': `${server} 回覆了 ${status}，但不是 Pharos 伺服器的內容`,
  };
  return new Failure(exitOf(status), 'strange_answer', said, {
    remedy: {
      en: 'is this the address of a Pharos server, and of the same version?',
      'zh-TW': '這是 Pharos 伺服器的位址嗎？版本相同嗎？',
    },
  });
}

/** A server's answer as `schema` has it; fields this version does not know are left out. */
export function read<S extends z.ZodType>(schema: S, answer: unknown): z.infer<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const why = z.prettifyError(parsed.error);
  throw new Failure(
    EXIT.failed,
    'strange_answer',
    { en: `cannot read the answer: ${why}`, 'zh-TW': `讀不懂伺服器的回覆：${why}` },
    {
      remedy: {
        en: 'use the pharos command of the same version as the server',
        'zh-TW': '請使用與伺服器相同版本的 pharos 指令',
      },
    },
  );
}

function exitOf(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 404) return EXIT.notFound;
  return status === 409 ? EXIT.conflict : EXIT.failed;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
