import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { backup, restore } from './backup-commands.ts';
import { openVaultDir } from './data-dir.ts';
import { migrate, openDatabase } from './store/database.ts';
import { holdInUse } from './store/in-use.ts';
import { systemMint } from './store/mint.ts';
import { createVault } from './store/vault.ts';
import { checkVaultKey } from './store/vault-check.ts';

function freshDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-backup-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

async function openAll(dataDir: string) {
  const { databasePath, vaultKey } = openVaultDir(dataDir);
  const db = await openDatabase(databasePath);
  await migrate(db);
  const context = { db, vault: createVault(vaultKey), mint: systemMint };
  await checkVaultKey(context);
  return { ...context, vaultKey };
}

/** A data folder with one member in it. */
async function served(): Promise<{ dataDir: string; file: string; keyHex: string }> {
  const dataDir = freshDir();
  const { db, vaultKey } = await openAll(dataDir);
  await db.insertInto('member').values({ id: 'mem_1', blocked: 0, created_at: 1 }).execute();
  await db.destroy();
  return { dataDir, file: join(freshDir(), 'pharos.backup'), keyHex: Buffer.from(vaultKey).toString('hex') };
}

it('takes and restores without the key, which is kept apart', async () => {
  const { dataDir, file, keyHex } = await served();
  const told = await backup({ dataDir }, file, false, 5);
  expect(told[1]).toContain(join(dataDir, 'vault-key'));
  expect(gunzipSync(readFileSync(file)).toString()).not.toContain(keyHex);

  const heir = freshDir();
  await expect(restore({ dataDir: heir }, file, false)).rejects.toMatchObject({ code: 'no_vault_key' });
  copyFileSync(join(dataDir, 'vault-key'), join(heir, 'vault-key'));
  expect((await restore({ dataDir: heir }, file, false))[0]).toMatch(/2 rows|3 rows/);
  const { db } = await openAll(heir);
  expect(await db.selectFrom('member').select('id').execute()).toEqual([{ id: 'mem_1' }]);
  await db.destroy();
});

it('brings the key along where that was asked for', async () => {
  const { dataDir, file, keyHex } = await served();
  await backup({ dataDir }, file, true, 5);
  const heir = freshDir();
  await restore({ dataDir: heir }, file, false);
  expect(readFileSync(join(heir, 'vault-key'), 'utf8').trim()).toBe(keyHex);
  expect(statSync(join(heir, 'vault-key')).mode & 0o777).toBe(0o600);
  const { db } = await openAll(heir);
  await db.destroy();
});

it('restores nothing beside a key that does not open it', async () => {
  const { dataDir, file } = await served();
  await backup({ dataDir }, file, true, 5);
  const heir = freshDir();
  writeFileSync(join(heir, 'vault-key'), 'ab'.repeat(32));
  await expect(restore({ dataDir: heir }, file, true)).rejects.toMatchObject({ code: 'wrong_vault_key' });
});

it('says what is not there', async () => {
  const empty = freshDir();
  const file = join(empty, 'x');
  await expect(backup({ dataDir: empty }, file, false, 5)).rejects.toMatchObject({ code: 'no_database' });
  await expect(restore({ dataDir: empty }, file, false)).rejects.toMatchObject({ code: 'no_backup' });
});

it('is not restored under a running service, not even on demand', async () => {
  const { dataDir, file } = await served();
  await backup({ dataDir }, file, false, 5);
  const letGo = holdInUse(join(dataDir, 'pharos.sqlite'));
  await expect(restore({ dataDir }, file, true)).rejects.toMatchObject({ kind: 'conflict', code: 'in_use' });
  letGo();
  expect(await restore({ dataDir }, file, true)).toHaveLength(2);
});
