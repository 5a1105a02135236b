import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { type Identity, identityKey } from '../core/ports.ts';
import type { StoreContext } from './context.ts';
import { listOf } from './many.ts';

/** LINE hands on what a phone said while it was offline, and lists are brought in that were written before; not for ever. */
const REMEMBERED_FOR_MS = 30 * 24 * 3600_000;

/**
 * When identities were erased, by keyed digest: what they did before must not make a member of them again. Nobody can
 * read from it whose they were, and after a month it is gone as well.
 */
export const erasedIdentities = ({ db, vault }: Pick<StoreContext, 'db' | 'vault'>) => {
  const digest = (identity: Identity): string => vault.digest(`erased\n${identityKey(identity)}`);
  return {
    /** By `identityKey`; those that were never erased are left out. */
    async erasedAt(identities: readonly Identity[]): Promise<Map<string, EpochMs>> {
      if (identities.length === 0) return new Map();
      const byDigest = new Map(identities.map((identity) => [digest(identity), identityKey(identity)]));
      const rows = await db
        .selectFrom('erased_identity')
        .selectAll()
        .where('digest', 'in', listOf(db, [...byDigest.keys()]))
        .execute();
      return new Map(rows.map((row) => [byDigest.get(row.digest) ?? '', epochMs(row.erased_at)]));
    },

    async note(identities: readonly Identity[], at: EpochMs): Promise<void> {
      await db
        .deleteFrom('erased_identity')
        .where('erased_at', '<', at - REMEMBERED_FOR_MS)
        .execute();
      for (const identity of identities) {
        await db
          .insertInto('erased_identity')
          .values({ digest: digest(identity), erased_at: at })
          .onConflict((conflict) => conflict.column('digest').doUpdateSet({ erased_at: at }))
          .execute();
      }
    },
  };
};
