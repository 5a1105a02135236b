import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Problem } from './core/problem.ts';
import { openDataDir, openVaultDir } from './data-dir.ts';
import { runRivals } from './store/rivals.fixture.ts';

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

it('leaves nothing half-made beside its secrets', () => {
  const dir = makeDir();
  openDataDir(dir, undefined);
  expect(readdirSync(dir).sort()).toEqual(['admin-token', 'vault-key']);
});

it('takes a folder that was open to others for itself', () => {
  const dir = makeDir();
  mkdirSync(dir);
  chmodSync(dir, 0o755);
  openDataDir(dir, undefined);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

it('is one folder with the same secrets for two processes that start at once', async () => {
  for (let round = 0; round < 3; round++) {
    const dir = makeDir();
    const [one, other] = await runRivals(new URL('./data-dir-rival.fixture.ts', import.meta.url), dir);
    expect(one).toEqual(other);
    expect(readdirSync(dir).sort()).toEqual(['admin-token', 'vault-key']);
  }
});

it.each([
  ['admin-token', '', 'bad_admin_token', /delete the file/],
  ['admin-token', 'fifteen-letters\n', 'bad_admin_token', /delete the file/],
  ['vault-key', '', 'bad_vault_key', /backup/],
  ['vault-key', `${'ab'.repeat(31)}a`, 'bad_vault_key', /backup/],
  ['vault-key', 'not hex, but as long as a key that is hex, which is 64 letters..', 'bad_vault_key', /backup/],
])('refuses to go on with the %s "%s"', (name, text, code, remedy) => {
  const dir = makeDir();
  mkdirSync(dir);
  const path = join(dir, name);
  writeFileSync(path, text);
  let thrown: unknown;
  try {
    openDataDir(dir, undefined);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(Problem);
  expect(thrown).toMatchObject({ code, where: path, remedy: expect.stringMatching(remedy) });
});

it('makes no new key for a database that has one', () => {
  const dir = makeDir();
  mkdirSync(dir);
  writeFileSync(join(dir, 'pharos.sqlite'), '');
  expect(() => openVaultDir(dir)).toThrow(expect.objectContaining({ code: 'no_vault_key' }));
  expect(readdirSync(dir)).toEqual(['pharos.sqlite']);
});
