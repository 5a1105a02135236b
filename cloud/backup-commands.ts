import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { epochMs } from '../protocol/units.ts';
import { Problem } from './core/problem.ts';
import { keepVaultKey, readVaultKey } from './data-dir.ts';
import { takeBackup } from './store/backup.ts';
import { isPostgresUrl, openDatabase } from './store/database.ts';
import { isInUse } from './store/in-use.ts';
import { withoutSecrets } from './store/postgres.ts';
import { type BackupCheck, checkBackup, restoreBackup } from './store/restore.ts';
import { createVault } from './store/vault.ts';
import { opensWith } from './store/vault-check.ts';

/** Where the data of a service is: its folder, and its database where that is not in the folder. */
export interface DataPlace {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
}

const databaseFile = (dataDir: string): string => join(dataDir, 'pharos.sqlite');
const keyFile = (dataDir: string): string => join(dataDir, 'vault-key');

/** Writes a backup while the service goes on; returns what to tell. Throws {@link Problem}. */
export async function backup(place: DataPlace, out: string, withKeys: boolean, now: number): Promise<string[]> {
  const { dataDir, databaseUrl } = place;
  const target = databaseUrl ?? databaseFile(dataDir);
  if (databaseUrl === undefined && !existsSync(target)) {
    throw new Problem('not_found', 'no_database', `there is no database in ${dataDir}`, {
      where: target,
      remedy: 'name the right folder with --data-dir, or set PHAROS_DATABASE_URL',
    });
  }
  const vaultKey = readVaultKey(dataDir);
  if (withKeys && vaultKey === undefined) {
    throw new Problem('not_found', 'no_vault_key', 'there is no vault key to take along', { where: keyFile(dataDir) });
  }
  const db = await openDatabase(target);
  try {
    const key = withKeys && vaultKey !== undefined ? { vaultKey: Buffer.from(vaultKey).toString('hex') } : {};
    const { tables, rows } = await takeBackup(db, out, now, key);
    return [
      `${out}: ${rows} rows of ${tables} tables`,
      withKeys
        ? 'it holds the vault key: whoever has this file reads coupon codes and keys of nodes'
        : `keep ${keyFile(dataDir)} too, in another place: without it coupon codes and keys of nodes cannot be read`,
    ];
  } finally {
    await db.destroy();
  }
}

/** Puts a backup in the place of an empty database, or of any with `replace`; returns what to tell. Throws {@link Problem}. */
export async function restore(
  place: DataPlace,
  file: string,
  replace: boolean,
  now: number = Date.now(),
): Promise<string[]> {
  const { dataDir, databaseUrl } = place;
  if (!existsSync(file)) {
    throw new Problem('not_found', 'no_backup', `there is no file ${file}`, { where: file });
  }
  const check = await checkBackup(file);
  const key = keyFor(dataDir, check);
  const target = databaseUrl ?? databaseFile(dataDir);
  // PostgreSQL knows its other connections; restoreBackup asks it.
  if (databaseUrl === undefined && isInUse(target)) {
    throw new Problem('conflict', 'in_use', 'the service is running on this database', {
      where: target,
      remedy: 'stop it first: what it keeps in memory would be of another time',
    });
  }
  const db = await openDatabase(target);
  let unknown: number;
  try {
    ({ unknown } = await restoreBackup(db, file, check, { replace, now: epochMs(now) }));
    keepVaultKey(dataDir, key);
  } finally {
    await db.destroy();
  }
  const taken = new Date(check.header.at).toISOString();
  return [
    `${isPostgresUrl(target) ? withoutSecrets(target) : target}: ${check.rows} rows, as of ${taken}`,
    'nodes that got a new bundle since then have to be enrolled again',
    ...(unknown === 0
      ? []
      : [`${unknown} messages were on their way then: nobody knows whether they arrived, and their coupons stay good`]),
  ];
}

/** Nothing is restored beside a key that does not open it: every code and message would look broken. */
function keyFor(dataDir: string, { header, sealedCheck }: BackupCheck): Uint8Array {
  const brought = header.vaultKey === undefined ? undefined : Buffer.from(header.vaultKey, 'hex');
  const present = readVaultKey(dataDir);
  const key = present ?? brought;
  if (key === undefined) {
    throw new Problem('not_found', 'no_vault_key', 'the key of this backup is not there', {
      where: keyFile(dataDir),
      remedy: 'put the file vault-key of the service it was taken from there, or take the backup --with-keys',
    });
  }
  if (sealedCheck !== undefined && !opensWith(createVault(key), sealedCheck)) {
    throw new Problem('conflict', 'wrong_vault_key', 'the vault key is not the one this backup was sealed with', {
      where: keyFile(dataDir),
      remedy: 'restore into a new data folder, or put the vault-key of the service it was taken from there',
    });
  }
  return key;
}
