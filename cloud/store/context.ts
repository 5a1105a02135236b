import type { Mint } from '../core/ids.ts';
import type { Db } from './database.ts';
import type { Vault } from './vault.ts';

/** What every repository is made of; in a transaction `db` is that transaction. */
export interface StoreContext {
  readonly db: Db;
  readonly vault: Vault;
  readonly mint: Mint;
}

/** An object without its undefined members: absent and undefined are one thing to the core. */
export function present<T extends Record<string, unknown>>(
  value: T,
): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null && member !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], null | undefined>;
  };
}
