import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, Failure, type Said } from './failure.ts';
import { faultSaid } from './fault-words.ts';
import { readLogin } from './login-file.ts';
import { type Shell, setting } from './shell.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:8080';

export interface Connection {
  /** Origin and path prefix without a slash at the end. */
  readonly server: string;
  readonly token: string;
}

/**
 * Where the server is and what it knows us by: flag, then environment, then the login, then what a server on this
 * machine left. The token of a login is shown to that server and to no other, the one that was left to servers on this
 * machine alone: another address may be anybody's.
 */
export function readConnection(shell: Shell): Connection {
  const server = readServer(shell);
  return { server, token: readToken(shell, server) };
}

export const notAnAddress = (text: string): Said => ({
  en: `"${text}" is not an address`,
  'zh-TW': `「${text}」不是位址`,
});

/** The folder a server on this machine keeps its data in. */
export const dataDir = (env: Shell['env']): string => setting(env, 'PHAROS_DATA_DIR') ?? './data';

/** Origin and path prefix without a slash at the end. Throws {@link Failure}. */
export function readServer({ server: flag, env }: Pick<Shell, 'server' | 'env'>): string {
  const text =
    flag ??
    setting(env, 'PHAROS_SERVER') ??
    readLogin(env)?.server ??
    leftByServer(env, 'server-url') ??
    DEFAULT_SERVER;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const [exit, where] =
      flag === undefined ? [EXIT.badConfiguration, 'PHAROS_SERVER'] : ([EXIT.misuse, '--server'] as const);
    throw new Failure(exit, 'bad_server', notAnAddress(text), {
      where,
      remedy: { en: `an address looks like ${DEFAULT_SERVER}`, 'zh-TW': `位址的寫法像 ${DEFAULT_SERVER}` },
    });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

const NO_TOKEN = { en: 'there is no token to show to the server', 'zh-TW': '沒有可出示給伺服器的權杖' };

function readToken({ token: flag, env }: Shell, server: string): string {
  const login = readLogin(env);
  const ofLogin = login?.server === server ? login.token : undefined;
  const token = (
    flag ??
    setting(env, 'PHAROS_TOKEN') ??
    tokenOfFile(env) ??
    ofLogin ??
    (isOnThisMachine(server, env) ? leftByServer(env, 'admin-token') : undefined)
  )?.trim();
  if (token === undefined || token === '') {
    throw new Failure(EXIT.notAllowed, 'no_token', NO_TOKEN, {
      remedy: {
        en: 'pharos login, or set PHAROS_TOKEN or PHAROS_TOKEN_FILE; on the server it is the file admin-token in its data folder, which is shown to 127.0.0.1 alone',
        'zh-TW':
          '請執行 pharos login，或設定 PHAROS_TOKEN 或 PHAROS_TOKEN_FILE；在伺服器上，它是資料夾裡的檔案 admin-token，只會出示給 127.0.0.1',
      },
    });
  }
  return wholeToken(token, flag === undefined ? 'PHAROS_TOKEN' : '--token');
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const isOnThisMachine = (server: string, env: Shell['env']): boolean =>
  LOOPBACK.test(new URL(server).hostname) || server === leftByServer(env, 'server-url');

const BROKEN_TOKEN = {
  en: 'the token has blanks or characters that no token has',
  'zh-TW': '權杖裡有空白，或有權杖不會有的字元',
};

/** Throws {@link Failure} for what can be no token. */
export function wholeToken(token: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Failure(EXIT.badConfiguration, 'bad_token', BROKEN_TOKEN, {
    where,
    remedy: { en: 'copy it again, as one line', 'zh-TW': '請重新複製，成為一行' },
  });
}

function tokenOfFile(env: Shell['env']): string | undefined {
  const file = setting(env, 'PHAROS_TOKEN_FILE');
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(EXIT.badConfiguration, 'token_file', faultSaid(error), {
      where: 'PHAROS_TOKEN_FILE',
      remedy: { en: 'name a file that exists and that you may read', 'zh-TW': '請指定存在且可讀取的檔案' },
    });
  }
}

/** What a server on this machine left in its data folder, if it did and we may read it. */
function leftByServer(env: Shell['env'], name: 'admin-token' | 'server-url'): string | undefined {
  try {
    return readFileSync(join(dataDir(env), name), 'utf8').trim();
  } catch {
    return undefined;
  }
}
