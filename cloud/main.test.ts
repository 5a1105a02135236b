import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { campaign } from './cloud.fixture.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { eventually, openSandbox } from './sandbox/sandbox.fixture.ts';
import { openDatabase } from './store/database.ts';
import { MIGRATIONS } from './store/migrations/index.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const LINE = { PHAROS_LINE_CHANNEL_SECRET: 'secret', PHAROS_LINE_CHANNEL_ACCESS_TOKEN: 'token' };

function start(args: readonly string[], environment: Record<string, string> = {}) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH, ...environment } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      out[name] += chunk.toString();
    });
  }
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, ...out }));
  });
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.on('data', () => out.stdout.includes('\n') && resolve(out.stdout));
  });
  return { child, ended, firstLine };
}
function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-main-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

describe('it ends with', () => {
  it('78 when settings are missing, and names them', async () => {
    const { code, stderr, stdout } = await start(['run']).ended;
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toMatch(/PHAROS_LINE_CHANNEL_SECRET: is not set/);
    expect(stderr).toMatch(/PHAROS_LINE_CHANNEL_ACCESS_TOKEN: is not set/);
    expect(stderr).toMatch(/remedy: /);
  });

  it('78 when a setting makes no sense, and says where', async () => {
    const args = ['run', '--mqtt-tls-cert', '/some/cert.pem', '--data-dir', dataDir()];
    const { code, stderr } = await start(args, LINE).ended;
    expect(code).toBe(78);
    expect(stderr).toMatch(/where: PHAROS_MQTT_TLS_KEY/);
  });

  it.each([
    ['an empty admin token', 'admin-token', '', /where: .*admin-token/],
    ['half a vault key', 'vault-key', 'ab'.repeat(10), /remedy: put the file back/],
    ['a database without its key', 'pharos.sqlite', '', /remedy: put the file vault-key/],
  ])('78 on %s', async (_name, file, text, message) => {
    const dir = dataDir();
    writeFileSync(join(dir, file), text);
    const args = ['run', '--data-dir', dir, '--http-port', '0', '--mqtt-port', '0', '--log-level', 'silent'];
    const { code, stdout, stderr } = await start(args, LINE).ended;
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toMatch(message);
  });

  it('78 on a vault key of another database', async () => {
    const dir = dataDir();
    const args = ['run', '--data-dir', dir, '--http-port', '0', '--mqtt-port', '0', '--log-level', 'silent'];
    const first = start(args, LINE);
    await first.firstLine;
    first.child.kill('SIGTERM');
    await first.ended;
    writeFileSync(join(dir, 'vault-key'), 'ab'.repeat(32));
    const { code, stderr } = await start(args, LINE).ended;
    expect(code).toBe(78);
    expect(stderr).toMatch(/not the one this database was sealed with/);
  });

  it.each([[['run', '--nonsense']], [['dance']], [[]]])('2 on %j', async (args) => {
    const { code, stderr } = await start(args, LINE).ended;
    expect(code).toBe(2);
    expect(stderr).not.toBe('');
  });

  it('0 on --help, which tells of every setting but no secret flag', async () => {
    const { code, stdout } = await start(['run', '--help']).ended;
    expect(code).toBe(0);
    expect(stdout).toContain('PHAROS_MQTT_TLS_CA');
    expect(stdout).not.toContain('channel-secret');
  });

  it('1 when its port is taken, and says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const args = [
      'run',
      '--data-dir',
      dataDir(),
      '--mqtt-port',
      '0',
      '--http-port',
      String(port),
      '--log-level',
      'silent',
    ];
    const { code, stderr } = await start(args, LINE).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/another program listens there/);
  });
});

it('runs until it is told to stop, and takes up where it was', async () => {
  const dir = dataDir();
  const args = ['run', '--data-dir', dir, '--http-port', '0', '--mqtt-port', '0', '--log-level', 'silent'];
  const first = start(args, LINE);
  const line = JSON.parse(await first.firstLine) as { ready: boolean; http: string; mqtt: string; dataDir: string };
  expect(line).toMatchObject({ ready: true, dataDir: dir, mqtt: expect.stringMatching(/^mqtt:/) });
  expect((await fetch(`${line.http}/readyz`)).status).toBe(200);
  first.child.kill('SIGTERM');
  expect((await first.ended).code).toBe(0);
  const migrated = await start(['migrate', '--data-dir', dir]).ended;
  expect([migrated.code, migrated.stdout]).toEqual([0, 'up to date\n']);
});

it('migrates a new folder', async () => {
  const dir = join(dataDir(), 'new');
  // An empty flag says nothing.
  const { code, stdout } = await start(['migrate', '--data-dir', ''], { PHAROS_DATA_DIR: dir }).ended;
  expect([code, stdout]).toEqual([0, `${Object.keys(MIGRATIONS).join('\n')}\n`]);
  expect(readdirSync(dir)).not.toContain('admin-token');
});

it('keeps all it makes from everybody else, even in a folder that was open', async () => {
  const dir = dataDir();
  chmodSync(dir, 0o755);
  const args = ['run', '--data-dir', dir, '--http-port', '0', '--mqtt-port', '0', '--mqtt-host', '0.0.0.0'];
  const { child, ended, firstLine } = start([...args, '--log-level', 'silent'], LINE);
  await firstLine;
  const open = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
    (name) => (statSync(join(dir, name)).mode & 0o077) !== 0,
  );
  expect([statSync(dir).mode & 0o777, open]).toEqual([0o700, []]);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

describe('told to stop', () => {
  const quiet = ['--http-port', '0', '--mqtt-port', '0', '--log-level', 'silent'];

  it('while it starts, it ends as it does otherwise', async () => {
    const dir = dataDir();
    // An authority of its own takes long enough to make that the start is not over.
    const { child, ended } = start(['run', '--data-dir', dir, '--mqtt-host', '0.0.0.0', ...quiet], LINE);
    const deadline = performance.now() + 10_000;
    while (!existsSync(join(dir, 'admin-token'))) {
      if (performance.now() > deadline) throw new Error('it never began');
      await new Promise((resolve) => setImmediate(resolve));
    }
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('twice, it still answers the request in hand', async () => {
    const { child, ended, firstLine } = start(['run', '--data-dir', dataDir(), ...quiet], LINE);
    const { http } = JSON.parse(await firstLine) as { http: string };
    const { hostname, port } = new URL(http);
    const half = connect(Number(port), hostname);
    let answer = '';
    half.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    const gone = new Promise<void>((resolve) => void half.once('close', () => resolve()));
    const head = 'POST /line/webhook HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n';
    await new Promise<void>((resolve) => void half.write(head, () => half.once('data', () => resolve())));
    child.kill('SIGTERM');
    const deadline = performance.now() + 10_000;
    while (await fetch(`${http}/healthz`).catch(() => undefined)) {
      if (performance.now() > deadline) throw new Error('it takes requests as before');
    }
    child.kill('SIGINT');
    child.kill('SIGTERM');
    half.write('{}');
    await gone;
    expect(answer).toMatch(/HTTP\/1.1 401 /);
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('told to stop while LINE lets a call hang', () => {
  const SPEC = {
    ...{ trigger: { on: 'follow' }, timeZone: 'Asia/Taipei' },
    ...{ delivery: { prefer: 'push' }, limits: { messages: { max: 100, per: 'day' } } },
  };

  it('it begins no other, and ends in time with nothing in doubt but that one', async () => {
    const sandbox = await openSandbox();
    onTestFinished(() => sandbox.close());
    const dir = dataDir();
    const { child, ended, firstLine } = start(['run', '--data-dir', dir, '--http-port', '0', '--mqtt-port', '0'], {
      PHAROS_LINE_CHANNEL_SECRET: CHANNEL.secret,
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: CHANNEL.accessToken,
      PHAROS_LINE_API_BASE: sandbox.url,
      PHAROS_ADMIN_TOKEN: 'admin-token-of-this-test',
    });
    const { http } = JSON.parse(await firstLine) as { http: string };
    await sandbox.control('PUT', '/settings', { webhookUrl: `${http}/line/webhook` });
    const applied = await fetch(`${http}/v1/apply`, {
      method: 'POST',
      headers: { authorization: 'Bearer admin-token-of-this-test', 'content-type': 'application/json' },
      body: JSON.stringify({ documents: [campaign('welcome', SPEC, '{{ coupon.code }}')] }),
    });
    expect(applied.status).toBe(200);
    const calls = async () => {
      const { entries } = (await sandbox.control('GET', '/log')).body;
      return entries.filter((entry) => entry.kind === 'api' && entry.endpoint === 'push').length;
    };
    const befriend = async (fault: string, soonCalls: number) => {
      await sandbox.control('PUT', '/faults', { api: [{ kind: fault, endpoint: 'push' }] });
      const { userId } = (await sandbox.control('POST', '/users', {})).body;
      await sandbox.control('POST', `/users/${userId}/follow`);
      await eventually(async () => expect(await calls()).toBeGreaterThanOrEqual(soonCalls), 10_000);
    };
    await befriend('timeout_before', 1);
    await befriend('unauthorized', 2);

    // Somebody who never finishes the request holds up the server for two seconds.
    const { hostname, port } = new URL(http);
    const half = connect(Number(port), hostname);
    half.on('error', () => undefined);
    const head = 'POST /line/webhook HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n';
    await new Promise<void>((resolve) => void half.write(head, () => half.once('data', () => resolve())));
    const before = await calls();
    const toldAt = performance.now();
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(performance.now() - toldAt).toBeLessThan(8_000);
    expect(await calls()).toBeLessThanOrEqual(before + 1);

    const db = await openDatabase(join(dir, 'pharos.sqlite'));
    const rows = await db.selectFrom('delivery').select(['state', 'in_doubt']).orderBy('in_doubt').execute();
    await db.destroy();
    expect(rows).toEqual([
      { state: 'ready', in_doubt: 0 },
      { state: 'ready', in_doubt: 1 },
    ]);
  }, 20_000);
});

it('backs up and restores, and says what became of it', async () => {
  const [dir, heir] = [dataDir(), dataDir()];
  await start(['migrate', '--data-dir', dir]).ended;
  const file = join(heir, 'backup.gz');
  const taken = await start(['backup', '--out', file, '--with-keys', '--data-dir', dir]).ended;
  expect([taken.code, taken.stderr]).toEqual([0, '']);
  expect(taken.stdout).toMatch(/backup\.gz: \d+ rows of \d+ tables/);
  expect((await start(['backup', '--out', file, '--data-dir', dir]).ended).code).toBe(5);
  expect((await start(['restore', join(heir, 'nothing')]).ended).code).toBe(3);
  const restored = await start(['restore', file, '--into', heir]).ended;
  expect([restored.code, restored.stderr]).toEqual([0, '']);
  expect(existsSync(join(heir, 'pharos.sqlite'))).toBe(true);
  writeFileSync(file, 'no backup');
  const { code, stderr } = await start(['restore', file, '--into', heir]).ended;
  expect(code).toBe(78);
  expect(stderr).toMatch(/is not a whole backup/);
});
