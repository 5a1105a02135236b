import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets the cloud makes for itself, once, mode 600, in its data folder. */
export interface MadeSecrets {
  readonly adminToken: string;
  readonly vaultKey: Uint8Array;
}

export function openDataDir(dataDir: string, adminToken: string | undefined): MadeSecrets & { databasePath: string } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const tokenPath = join(dataDir, 'admin-token');
  return {
    databasePath: join(dataDir, 'pharos.sqlite'),
    adminToken: adminToken ?? madeOnce(tokenPath, () => randomBytes(24).toString('base64url')),
    vaultKey: Buffer.from(
      madeOnce(join(dataDir, 'vault-key'), () => randomBytes(32).toString('hex')),
      'hex',
    ),
  };
}

/** `wx` makes exactly one of two processes that start at once the author; the other reads. */
function madeOnce(path: string, make: () => string): string {
  try {
    // On the disk before anything is sealed with it.
    writeFileSync(path, `${make()}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return readFileSync(path, 'utf8').trim();
}
