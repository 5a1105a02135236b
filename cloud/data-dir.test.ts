import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDataDir } from './data-dir.ts';

function makeDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-data-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, 'data');
}

it('makes its secrets once, for its owner only', () => {
  const dir = makeDir();
  const first = openDataDir(dir, undefined);
  expect(first.vaultKey).toHaveLength(32);
  expect(first.adminToken.length).toBeGreaterThanOrEqual(32);
  expect(openDataDir(dir, undefined)).toEqual(first);
  for (const name of ['admin-token', 'vault-key']) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

it('makes no admin token where one is given', () => {
  const dir = makeDir();
  expect(openDataDir(dir, 'token-of-headquarters').adminToken).toBe('token-of-headquarters');
  expect(() => statSync(join(dir, 'admin-token'))).toThrow(/ENOENT/);
});
