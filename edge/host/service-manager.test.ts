import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serviceManager } from './service-manager.ts';

const has = (command: string): boolean => spawnSync(command, ['--version']).error === undefined;

/** The other end of NOTIFY_SOCKET, as systemd has it: a datagram socket, which Node cannot open. */
const RECEIVER = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print(json.dumps('bound'), flush=True)
while True: print(json.dumps(s.recv(65536).decode()), flush=True)
`;

describe.skipIf(!has('systemd-notify') || !has('python3'))('serviceManager, with systemd-notify', () => {
  let folder: string;
  let receiver: ChildProcess;
  let lines: Interface;
  let received: AsyncIterator<string>;
  const next = async (): Promise<string[]> =>
    String(JSON.parse((await received.next()).value))
      .trim()
      .split('\n');
  const env = (more: Record<string, string> = {}) => ({
    ...process.env,
    NOTIFY_SOCKET: join(folder, 'notify'),
    ...more,
  });
  const onFault = (error: Error): never => {
    throw error;
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pharos-notify-'));
    receiver = spawn('python3', ['-c', RECEIVER, join(folder, 'notify')], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (receiver.stdout === null) throw new Error('no pipe');
    lines = createInterface({ input: receiver.stdout });
    received = lines[Symbol.asyncIterator]();
    expect(await next()).toEqual(['bound']);
  });
  afterEach(() => {
    receiver.kill();
    lines.close();
    rmSync(folder, { recursive: true });
  });

  it('tells in order, each notice whole, and nothing a sentence could smuggle in', async () => {
    const manager = serviceManager({ env: env({ WATCHDOG_USEC: '60000000' }), pid: 1, onFault });
    expect(manager?.watchdogMs).toBe(60_000);
    void manager?.tell({ isReady: true, sentence: 'on air\nWATCHDOG=trigger', feed: true });
    void manager?.tell({});
    void manager?.tell({ isStopping: true });
    // The barrier systemd-notify sends after each is its own.
    const ours = async (): Promise<string[]> => {
      const message = await next();
      return message[0] === 'BARRIER=1' ? ours() : message;
    };
    expect(await ours()).toEqual(['READY=1', 'STATUS=on air WATCHDOG=trigger', 'WATCHDOG=1']);
    expect(await ours()).toEqual(['STOPPING=1']);
    await manager?.tell({});
  });

  it('leaves the watchdog of another process alone', () => {
    const watched = env({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '7' });
    expect(serviceManager({ env: watched, pid: 8, onFault })?.watchdogMs).toBeUndefined();
    expect(serviceManager({ env: watched, pid: 7, onFault })?.watchdogMs).toBe(60_000);
  });
});

describe('serviceManager', () => {
  it('is nothing where a person started the program', () => {
    const { NOTIFY_SOCKET: _, ...env } = process.env;
    expect(serviceManager({ env, pid: 1, onFault: () => undefined })).toBeUndefined();
  });

  it('lives on when nobody can be told', async () => {
    const faults: Error[] = [];
    const manager = serviceManager({
      env: { NOTIFY_SOCKET: '/nowhere' },
      pid: 1,
      onFault: (error) => faults.push(error),
      command: '/nonexistent/systemd-notify',
    });
    await manager?.tell({ feed: true });
    expect(faults).toHaveLength(1);
    expect(manager?.watchdogMs).toBeUndefined();
  });
});
