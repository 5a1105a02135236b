import { openDataDir } from './data-dir.ts';
import { rival } from './store/rivals.fixture.ts';

/** `<folder>`: opens it and tells its secrets. */
await rival(async (dir = '') => {
  const { adminToken, vaultKey } = openDataDir(dir, undefined);
  return { adminToken, vaultKey: Buffer.from(vaultKey).toString('hex') };
});
