import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A Mosquitto of our own on a port of this machine that stays the same over its restarts, ended by its process id. It
 * keeps nothing on disk: what it knew is gone with its process.
 */
export interface Mosquitto {
  readonly port: number;
  /** With the name and password of a user, if one is given. */
  url(user?: string, password?: string): string;
  /** Starts it (again); resolves when it listens. */
  start(): Promise<void>;
  /** SIGKILL where not said otherwise; resolves when it is gone. */
  end(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Other users and rights from now on; a broker that runs reads them at once. */
  admit(given: MosquittoUsers): void;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

export interface MosquittoUsers {
  /** Lines `name:hash` as Mosquitto keeps them. */
  readonly passwords?: string;
  /** Plain passwords by name, hashed by Mosquitto's own tool and added to these lines. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lines of its access list; absent: everybody may do everything. */
  readonly acl?: string;
}

const PLACES = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'];
const LOCAL = '127.0.0.1';
const STARTS_WITHIN_MS = 10_000;

/** Without `users` and `passwords` everybody may come in. Not started yet. Rejects with how to get a Mosquitto. */
export async function createMosquitto(
  given: MosquittoUsers & { readonly settings?: readonly string[] } = {},
): Promise<Mosquitto> {
  const program = findMosquitto();
  const dir = mkdtempSync(join(tmpdir(), 'pharos-mosquitto-'));
  const [config, passwordFile, aclFile] = ['mosquitto.conf', 'passwords', 'acl'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  const port = await freePort();
  const open = given.passwords === undefined && given.users === undefined;
  const admit = ({ passwords = '', users = {}, acl }: MosquittoUsers): void => {
    writeFileSync(passwordFile, plainLines(users), { mode: 0o600 });
    if (Object.keys(users).length > 0) execFileSync('mosquitto_passwd', ['-U', passwordFile]);
    writeFileSync(passwordFile, passwords, { mode: 0o600, flag: 'a' });
    writeFileSync(aclFile, acl ?? 'topic readwrite #\npattern readwrite #\n', { mode: 0o600 });
  };
  admit(given);
  const lines = [
    `listener ${port} ${LOCAL}`,
    'persistence false',
    'log_type error',
    // As root it would change to a user that may not read the folder of a test.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...(open ? ['allow_anonymous true'] : ['allow_anonymous false', `password_file ${passwordFile}`]),
    `acl_file ${aclFile}`,
    ...(given.settings ?? []),
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  let child: ChildProcess | undefined;
  let talk = '';

  async function end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const last = child;
    child = undefined;
    if (last === undefined || last.exitCode !== null || last.signalCode !== null) return;
    const gone = once(last, 'exit');
    last.kill(signal);
    await gone;
  }

  return {
    port,
    url: (user, password) =>
      `mqtt://${user === undefined ? '' : `${user}:${encodeURIComponent(password ?? '')}@`}${LOCAL}:${port}`,
    end,
    admit(next) {
      admit(next);
      child?.kill('SIGHUP');
    },
    async start() {
      const next = spawn('setpriv', ['--pdeathsig', 'KILL', program, '-c', config], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child = next;
      next.stderr.on('data', (text: Buffer) => {
        talk = (talk + text.toString()).slice(-4_000);
      });
      const deadline = performance.now() + STARTS_WITHIN_MS;
      while (!(await listens(port))) {
        if (next.exitCode !== null || performance.now() > deadline) throw new Error(`no Mosquitto: ${talk}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async close() {
      await end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Root installs Debian's package where there is none; anybody else is told how. */
function findMosquitto(): string {
  const find = (): string | undefined => PLACES.find((path) => existsSync(path));
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (find() === undefined && process.getuid?.() === 0) {
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore', timeout: 120_000 });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'mosquitto'], {
      env,
      stdio: 'ignore',
      timeout: 120_000,
    });
  }
  const found = find();
  if (found !== undefined) return found;
  throw new Error('no Mosquitto on this machine, and the wire is tested on a real one; apt-get install mosquitto');
}

const plainLines = (users: Readonly<Record<string, string>>): string =>
  Object.entries(users)
    .map(([name, password]) => `${name}:${password}\n`)
    .join('');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOCAL);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, LOCAL);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
