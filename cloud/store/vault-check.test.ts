import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { Problem } from '../core/problem.ts';
import { openStore } from './testing.fixture.ts';
import { createVault } from './vault.ts';
import { checkVaultKey } from './vault-check.ts';

it('takes the first key for its own, and no other after it', async () => {
  const store = await openStore();
  await checkVaultKey(store);
  await checkVaultKey(store);
  const other = checkVaultKey({ ...store, vault: createVault(randomBytes(32)) });
  await expect(other).rejects.toBeInstanceOf(Problem);
  await expect(other).rejects.toMatchObject({ code: 'wrong_vault_key', remedy: expect.stringContaining('vault-key') });
  await checkVaultKey(store);
});
