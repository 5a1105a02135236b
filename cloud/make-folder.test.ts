import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeFolder } from './make-folder.ts';

function fresh(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('makes the folders above it, each with its mode, and may do so again', () => {
  const top = fresh();
  for (let times = 0; times < 2; times += 1) makeFolder(join(top, 'a/b'), 0o700);
  expect(statSync(join(top, 'a')).mode & 0o777).toBe(0o700);
  expect(statSync(join(top, 'a/b')).isDirectory()).toBe(true);
});

it('says of a file in the way that it is none', () => {
  const top = fresh();
  writeFileSync(join(top, 'file'), '');
  expect(() => makeFolder(join(top, 'file/below'))).toThrow('ENOTDIR');
});

// In a process of its own, for one that never returned would never let the test end either.
it.runIf(process.platform === 'linux').each([
  [['cli/main.ts', 'init', '/proc/pharos', '--lang', 'zh-TW'], 'pharos: /proc/pharos: 沒有這個檔案或資料夾\n'],
  [['main.ts', 'run'], "pharos-cloud: ENOENT: no such file or directory, mkdir '/proc/pharos'"],
])('returns from a folder that only pretends to be one: %j', ([file = '', ...argv], says) => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, file), ...argv], {
    ...{ encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' },
    env: {
      PHAROS_DATA_DIR: '/proc/pharos',
      PHAROS_LINE_CHANNEL_SECRET: '0123456789abcdef',
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: 'token',
    },
  });
  expect(status).toBe(1);
  expect(stderr).toContain(says);
});
