import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** A Mosquitto of our own on a free port of this machine, which stays the same over its restarts. */
export interface Mosquitto {
  readonly port: number;
  readonly pid: () => number | undefined;
  /** Starts it, with these settings for now on; it remembers nothing of the process before. Resolves when it listens. */
  start(): Promise<void>;
  /** SIGKILL: everything it held in memory is gone. */
  kill(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

export interface MosquittoOptions {
  readonly dir: string;
  /** User names and passwords; absent: everybody may come in. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lines of an access list. */
  readonly acl?: readonly string[];
  readonly settings?: readonly string[];
  /** Address to listen at, where it is not 127.0.0.1, and what to run Mosquitto by, e.g. in a network namespace. */
  readonly host?: string;
  readonly by?: readonly string[];
}

const PLACES = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'];
const LOCAL = '127.0.0.1';
const START_TIMEOUT_MS = 10_000;

/** Where Mosquitto is installed; `undefined`: `apt-get install mosquitto`. */
export const findMosquitto = (): string | undefined => PLACES.find((path) => existsSync(path));

export async function createMosquitto(options: MosquittoOptions): Promise<Mosquitto> {
  const program = findMosquitto();
  if (program === undefined) throw new Error('no Mosquitto here; install it: apt-get install mosquitto');
  const port = await freePort();
  const config = writeConfig(options, port);
  let child: ChildProcess | undefined;
  let output = '';

  async function kill(): Promise<void> {
    const last = child;
    child = undefined;
    if (last === undefined || last.exitCode !== null) return;
    const gone = once(last, 'exit');
    last.kill('SIGCONT');
    last.kill('SIGKILL');
    await gone;
  }

  return {
    port,
    pid: () => child?.pid,
    kill,
    signal: (signal) => void child?.kill(signal),
    async start() {
      const [first = program, ...rest] = [...(options.by ?? []), program, '-c', config];
      const next = spawn(first, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
      next.stderr?.on('data', (text: Buffer) => {
        output = (output + text.toString()).slice(-4_000);
      });
      child = next;
      const deadline = performance.now() + START_TIMEOUT_MS;
      while (!(await listens(port, options.host ?? LOCAL))) {
        if (next.exitCode !== null || performance.now() > deadline)
          throw new Error(`Mosquitto does not start: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

function writeConfig({ dir, users, acl, settings = [], host = LOCAL }: MosquittoOptions, port: number): string {
  const lines = [
    `listener ${port} ${host}`,
    'persistence false',
    'log_type error',
    // As root it would change to a user that may not read the folder of a test.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...settings,
  ];
  if (users === undefined) lines.push('allow_anonymous true');
  else {
    const file = join(dir, 'passwords');
    writeFileSync(
      file,
      Object.entries(users)
        .map(([name, password]) => `${name}:${password}\n`)
        .join(''),
    );
    execFileSync('mosquitto_passwd', ['-U', file]);
    chmodSync(file, 0o600);
    lines.push('allow_anonymous false', `password_file ${file}`);
  }
  if (acl !== undefined) {
    const file = join(dir, 'acl');
    writeFileSync(file, `${acl.join('\n')}\n`);
    chmodSync(file, 0o600);
    lines.push(`acl_file ${file}`);
  }
  const config = join(dir, 'mosquitto.conf');
  writeFileSync(config, `${lines.join('\n')}\n`);
  return config;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOCAL);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

const listens = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
