import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from './core/problem.ts';
import { makeFolder } from './make-folder.ts';

/** Where the database is, and the key of what it keeps sealed. */
export interface DataDir {
  readonly databasePath: string;
  /** 32 bytes. */
  readonly vaultKey: Uint8Array;
}

/** As many characters as the setting PHAROS_ADMIN_TOKEN asks for. */
const SHORTEST_TOKEN = 16;

/**
 * The data folder with the secrets the cloud makes for itself, once, for its owner only. Throws {@link Problem} when
 * one of them is damaged or lost: a guess would open the door to everybody or seal with a key nobody keeps.
 */
export function openDataDir(dataDir: string, adminToken: string | undefined): DataDir & { adminToken: string } {
  return { ...openVaultDir(dataDir), adminToken: adminToken ?? ownAdminToken(join(dataDir, 'admin-token')) };
}

/** The same for work on the database alone, which asks for no admin token and makes none. */
export function openVaultDir(dataDir: string): DataDir {
  makeFolder(dataDir, 0o700);
  if ((statSync(dataDir).mode & 0o077) !== 0) chmodSync(dataDir, 0o700);
  const databasePath = join(dataDir, 'pharos.sqlite');
  return { databasePath, vaultKey: ownVaultKey(join(dataDir, 'vault-key'), databasePath) };
}

/** The vault key of a data folder; absent where none was ever made. Throws like {@link openVaultDir} when damaged. */
export function readVaultKey(dataDir: string): Uint8Array | undefined {
  const path = join(dataDir, 'vault-key');
  return existsSync(path) ? parseVaultKey(readFileSync(path, 'utf8').trim(), path) : undefined;
}

/** Puts a key that came with a backup into a data folder; one that has its own keeps it. */
export function keepVaultKey(dataDir: string, key: Uint8Array): void {
  makeFolder(dataDir, 0o700);
  madeOnce(join(dataDir, 'vault-key'), () => Buffer.from(key).toString('hex'));
}

/** Names this data folder, always the same, among others on the same database. */
export const folderName = (dataDir: string): string =>
  madeOnce(join(dataDir, 'broker-id'), () => randomBytes(8).toString('hex'));

function ownAdminToken(path: string): string {
  const token = madeOnce(path, () => randomBytes(24).toString('base64url'));
  if (token.length >= SHORTEST_TOKEN) return token;
  throw new Problem('invalid', 'bad_admin_token', `the admin token in ${path} is shorter than ${SHORTEST_TOKEN}`, {
    where: path,
    remedy: 'delete the file, and a new token is made; or set PHAROS_ADMIN_TOKEN',
  });
}

function ownVaultKey(path: string, databasePath: string): Uint8Array {
  // In this order: whoever makes the database has made the key before.
  if (existsSync(databasePath) && !existsSync(path)) {
    throw new Problem('invalid', 'no_vault_key', `${databasePath} is there, but the key of what it keeps is not`, {
      where: path,
      remedy: `put the file vault-key of this database back; without it, start with an empty data folder`,
    });
  }
  return parseVaultKey(
    madeOnce(path, () => randomBytes(32).toString('hex')),
    path,
  );
}

function parseVaultKey(text: string, path: string): Uint8Array {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  throw new Problem('invalid', 'bad_vault_key', `the vault key in ${path} is not 32 bytes in hex`, {
    where: path,
    remedy: 'put the file back from a backup; if no database uses it yet, delete it and a new key is made',
  });
}

/**
 * Reads a secret that is made when it is absent. The file appears under its name only once it is whole and on the
 * disk, so a power cut leaves none or all of it; and `link` lets exactly one of two processes that start at once be
 * the author, whose text the other reads.
 */
function madeOnce(path: string, make: () => string): string {
  if (!existsSync(path)) {
    const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
    try {
      writeFileSync(draft, `${make()}\n`, { mode: 0o600, flag: 'wx', flush: true });
      linkSync(draft, path);
      syncDirectory(dirname(path));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    } finally {
      if (existsSync(draft)) unlinkSync(draft);
    }
  }
  return readFileSync(path, 'utf8').trim();
}

/** A new name is durable when its folder is. */
function syncDirectory(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
