import { Problem } from '../core/problem.ts';
import type { StoreContext } from './context.ts';
import type { Vault } from './vault.ts';

const KNOWN_TEXT = 'pharos';

/**
 * Makes sure that the vault holds the key of this database; the first key it meets becomes that. Throws
 * {@link Problem} for any other: with a wrong key every stored code, token and message looks broken, and would be
 * given up one by one.
 */
export async function checkVaultKey({ db, vault }: Pick<StoreContext, 'db' | 'vault'>): Promise<void> {
  await db
    .insertInto('vault_check')
    .values({ id: 1, sealed: vault.seal(KNOWN_TEXT) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const { sealed } = await db.selectFrom('vault_check').select('sealed').where('id', '=', 1).executeTakeFirstOrThrow();
  if (opensWith(vault, sealed)) return;
  throw new Problem('invalid', 'wrong_vault_key', 'the vault key is not the one this database was sealed with', {
    where: 'vault-key in the data folder',
    remedy: 'put back the file vault-key that belongs to this database; a backup needs both',
  });
}

/** Whether this vault holds the key that the known text was sealed with. */
export function opensWith(vault: Vault, sealed: Uint8Array): boolean {
  try {
    return vault.open(sealed).toString('utf8') === KNOWN_TEXT;
  } catch {
    return false;
  }
}
