import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, Failure, faultText } from './failure.ts';
import { type Shell, setting } from './shell.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:8080';

export interface Connection {
  /** Origin and path prefix without a slash at the end. */
  readonly server: string;
  readonly token: string;
}

/** Where the server is and what it knows us by: flag, then environment, then the file a server on this machine left. */
export function readConnection(shell: Shell): Connection {
  return { server: readServer(shell), token: readToken(shell) };
}

/** The folder a server on this machine keeps its data in. */
export const dataDir = (env: Shell['env']): string => setting(env, 'PHAROS_DATA_DIR') ?? './data';

function readServer({ server: flag, env }: Shell): string {
  const text = flag ?? setting(env, 'PHAROS_SERVER') ?? leftByServer(env, 'server-url') ?? DEFAULT_SERVER;
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

function readToken({ token: flag, env }: Shell): string {
  const token = (flag ?? setting(env, 'PHAROS_TOKEN') ?? tokenOfFile(env) ?? leftByServer(env, 'admin-token'))?.trim();
  if (token === undefined || token === '') {
    throw new Failure(EXIT.notAllowed, 'no_token', 'there is no token to show to the server', {
      remedy: 'set PHAROS_TOKEN or PHAROS_TOKEN_FILE; on the server it is the file admin-token in its data folder',
    });
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Failure(EXIT.badConfiguration, 'bad_token', 'the token has blanks or characters that no token has', {
      where: flag === undefined ? 'PHAROS_TOKEN' : '--token',
      remedy: 'copy it again, as one line',
    });
  }
  return token;
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
