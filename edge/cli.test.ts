import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-edge-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function edge(args: readonly string[], env: Record<string, string> = {}) {
  const { PHAROS_AIR_SOCKET: _, ...rest } = process.env;
  const options = { env: { ...rest, PHAROS_DATA_DIR: join(folder, 'data'), ...env }, encoding: 'utf8' as const };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'cli.ts'), ...args],
    options,
  );
  return { status, stdout, stderr };
}

function bundleFile(nodeId: string): string {
  const file = join(folder, `${nodeId}.json`);
  const bundle = {
    v: 1,
    nodeId,
    storeId: 'taipei-1',
    zone: 'entrance',
    hwid: '0a1b2c3d4e',
    nodeIndex: 7,
    dmKey: 'ab'.repeat(32),
    slotSeconds: 300,
    ibeacon: { uuid: 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38', major: 1, minor: 7, measuredPower: -59 },
    tagNamespaces: [],
    mqtt: { url: 'mqtt://127.0.0.1:1883', username: nodeId, password: 'a-secret-password' },
  };
  writeFileSync(file, JSON.stringify(bundle));
  return file;
}

describe('pharos-edge', () => {
  it.each([
    { args: ['--help'], status: 0, says: 'PHAROS_DATA_DIR' },
    { args: ['dance'], status: 2, says: 'unknown command' },
    { args: ['enroll'], status: 2, says: 'missing required argument' },
    { args: ['run', '--data-dir', '/nonexistent'], status: 78, says: 'pharos-edge enroll' },
  ])('$args ends with $status', ({ args, status, says }) => {
    const told = edge(args);
    expect(told.status).toBe(status);
    expect(told.stdout + told.stderr).toContain(says);
  });

  it('a bad setting is named with what it should be', () => {
    const told = edge(['status'], { PHAROS_CLOCK: 'sundial' });
    expect(told.status).toBe(78);
    expect(told.stderr).toContain('PHAROS_CLOCK');
    expect(told.stderr).toContain('holdover');
  });

  it('enrolls, refuses to become another node unasked, and tells its state', () => {
    expect(JSON.parse(edge(['status', '--json']).stdout)).toMatchObject({ enrolled: false });
    expect(edge(['enroll', bundleFile('door')]).status).toBe(0);
    const refused = edge(['enroll', bundleFile('till')]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('--replace');
    expect(JSON.parse(edge(['status', '--json']).stdout)).toMatchObject({
      enrolled: true,
      node: { id: 'door', store: 'taipei-1', zone: 'entrance' },
    });
    expect(edge(['status']).stdout).toMatch(/^node +door$/m);
    expect(edge(['status']).stdout).not.toContain('a-secret-password');
  });

  it('has a doctor that needs no bundle, makes no file and ends with 1 where something fails', () => {
    const env = { PHAROS_DATA_DIR: join(folder, 'nobody'), NO_COLOR: '1' };
    const told = edge(['doctor', '--json'], env);
    expect(told.status).toBe(1);
    const { checks } = JSON.parse(told.stdout) as { checks: { name: string; status: string; remedy: string }[] };
    expect(checks.find(({ status }) => status === 'fail')).toMatchObject({
      name: 'enrolled',
      remedy: expect.stringContaining('pharos node add'),
    });
    expect(new Set(checks.flatMap((check) => Object.keys(check)))).toEqual(
      new Set(['name', 'status', 'finding', 'remedy']),
    );
    expect(edge(['doctor'], env).stdout).toContain('✗ enrolled: ');
    expect(existsSync(env.PHAROS_DATA_DIR)).toBe(false);
  });

  it('says which radio is missing and what to do', () => {
    const told = edge(['run', '--radio', 'virtual-air']);
    expect(told.status).toBe(78);
    expect(told.stderr).toContain('PHAROS_AIR_SOCKET');
    expect(edge(['run', '--radio', 'virtual-air'], { PHAROS_AIR_SOCKET: '/tmp/none' }).stderr).toContain('not loaded');
  });
});
