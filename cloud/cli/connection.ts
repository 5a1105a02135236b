import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, Failure, faultText } from './failure.ts';
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
    throw new Failure(exit, 'bad_server', `"${text}" is not an address`, {
      where,
      remedy: `an address looks like ${DEFAULT_SERVER}`,
    });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

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
    throw new Failure(EXIT.notAllowed, 'no_token', 'there is no token to show to the server', {
      remedy:
        'pharos login, or set PHAROS_TOKEN or PHAROS_TOKEN_FILE; on the server it is the file admin-token in its data folder, which is shown to 127.0.0.1 alone',
    });
  }
  return wholeToken(token, flag === undefined ? 'PHAROS_TOKEN' : '--token');
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const isOnThisMachine = (server: string, env: Shell['env']): boolean =>
  LOOPBACK.test(new URL(server).hostname) || server === leftByServer(env, 'server-url');

/** Throws {@link Failure} for what can be no token. */
export function wholeToken(token: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Failure(EXIT.badConfiguration, 'bad_token', 'the token has blanks or characters that no token has', {
    where,
    remedy: 'copy it again, as one line',
  });
}

function tokenOfFile(env: Shell['env']): string | undefined {
  const file = setting(env, 'PHAROS_TOKEN_FILE');
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(EXIT.badConfiguration, 'token_file', faultText(error), {
      where: 'PHAROS_TOKEN_FILE',
      remedy: 'name a file that exists and that you may read',
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
