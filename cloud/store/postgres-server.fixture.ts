import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** A PostgreSQL server of our own: fresh, in a temporary folder, reached by a Unix socket, ended by its process id. */
export interface PostgresServer {
  /** Address of one of its databases. */
  url(database: string): string;
  stop(): Promise<void>;
}

const USER = 'pharos';
const DEBIAN_HOME = '/usr/lib/postgresql';
const MEMORY = '/dev/shm';
/** Several times what the databases of two files of tests and the log of what was written to them take. */
const ROOM_BYTES = 1024 ** 3;
const STARTS_WITHIN_MS = 20_000;
const STOPS_WITHIN_MS = 10_000;

/** Rejects with what is missing and how to get it. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = findBin();
  const owner = ownerOfServer();
  const dir = mkdtempSync(join(home(), 'pharos-postgres-'));
  chmodSync(dir, 0o755);
  if (owner !== undefined) execFileSync('chown', [owner, dir]);
  const data = join(dir, 'data');
  // Another order of text than that of bytes, as a real server has: ours must not depend on it.
  const order = ['--encoding=UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en'];
  const [initdb, ...initArgs] = asOwner(owner, [join(bin, 'initdb'), '-D', data, '-U', USER, '--auth=trust', ...order]);
  execFileSync(initdb ?? '', initArgs, { stdio: ['ignore', 'ignore', 'inherit'], cwd: dir });
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${dir}`,
    'max_connections=200',
    'shared_buffers=64MB',
    'max_wal_size=128MB',
    // Nobody cuts its power; to drop a database it would wait for the disk, half a second each time.
    'fsync=off',
    'full_page_writes=off',
  ];
  const [server, ...args] = asOwner(owner, [join(bin, 'postgres'), '-D', data, ...settings.flatMap((s) => ['-c', s])]);
  let talk = '';
  const child = spawn(server ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: dir });
  child.stderr.on('data', (chunk: Buffer) => {
    talk = (talk + chunk.toString()).slice(-4_000);
  });
  const url = (database: string): string => `postgres:///${database}?host=${encodeURIComponent(dir)}&user=${USER}`;
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await untilReady(url('postgres'), child);
    return { url, stop };
  } catch (error) {
    await stop();
    throw new Error(`PostgreSQL did not start: ${talk}`, { cause: error });
  }
}

function findBin(): string {
  const versions = existsSync(DEBIAN_HOME) ? readdirSync(DEBIAN_HOME).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [
    ...versions.map((version) => join(DEBIAN_HOME, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  const bin = places.find((place) => existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')));
  if (bin !== undefined) return bin;
  throw new Error(
    'PostgreSQL is missing, and the store is tested on a real one; install it: apt-get install postgresql',
  );
}

/** Every test makes a database of its own, which is five hundred files: in memory that takes a sixth of the time. */
function home(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** The server refuses to run as root; Debian's package makes a user for it. */
function ownerOfServer(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    execFileSync('id', ['-u', 'postgres'], { stdio: 'ignore' });
    return 'postgres';
  } catch {
    throw new Error('PostgreSQL does not run as root, and there is no user "postgres"; make one: useradd -r postgres');
  }
}

/** Whatever becomes of us, the server hears of our end and stops. */
const asOwner = (owner: string | undefined, command: readonly string[]): string[] => [
  'setpriv',
  '--pdeathsig',
  'INT',
  ...(owner === undefined ? [] : ['--reuid', owner, '--regid', owner, '--clear-groups']),
  ...command,
];

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  const last = setTimeout(() => child.kill('SIGQUIT'), STOPS_WITHIN_MS);
  await gone;
  clearTimeout(last);
}
