import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

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
  const { code, stdout } = await start(['migrate', '--data-dir', join(dataDir(), 'new')]).ended;
  expect([code, stdout]).toEqual([0, '0001-first-coupon\n']);
});
