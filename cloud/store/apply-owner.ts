import type { ApplyWarning, Numbered, Removed } from '../core/apply.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import type { Db } from './database.ts';

/** Documents an owner brings are theirs from then on; taking them over from another one is told. */
export async function recordOwner(tx: Db, documents: readonly Numbered[], owner: string): Promise<ApplyWarning[]> {
  const warnings: ApplyWarning[] = [];
  for (const { manifest, document } of documents) {
    const { kind, metadata } = manifest;
    const { id } = metadata;
    const row = await tx
      .selectFrom('applied_by')
      .select('owner')
      .where('kind', '=', kind)
      .where('id', '=', id)
      .executeTakeFirst();
    if (row !== undefined && row.owner !== owner) {
      const message = `${kind} "${id}" was applied as "${row.owner}" before, and belongs to "${owner}" now`;
      warnings.push({ code: 'other_owner', document, path: ['metadata', 'id'], message });
    }
    await tx
      .insertInto('applied_by')
      .values({ kind, id, owner })
      .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet({ owner }))
      .execute();
  }
  return warnings;
}

/**
 * Takes away what this owner applied before and does not bring now: campaigns end, for their coupons live on; segments,
 * forms and policies go. Shops and nodes stay: a shop is not closed because a file is gone.
 */
export async function prune(tx: Db, brought: readonly Manifest[], owner: string, at: number): Promise<Removed[]> {
  const rows = await tx
    .selectFrom('applied_by')
    .select(['kind', 'id'])
    .where('owner', '=', owner)
    .orderBy('kind')
    .orderBy('id')
    .execute();
  const gone = rows.filter((row) => !brought.some(({ kind, metadata }) => kind === row.kind && metadata.id === row.id));
  const removed: Removed[] = [];
  for (const { kind, id } of gone) {
    const action = await remove(tx, kind, id, at);
    if (action === undefined) continue;
    removed.push({ kind, id, action });
    if (action === 'kept') continue;
    await tx.deleteFrom('applied_by').where('kind', '=', kind).where('id', '=', id).execute();
  }
  return removed;
}

/** `undefined` where it is gone already. */
async function remove(tx: Db, kind: string, id: string, at: number): Promise<Removed['action'] | undefined> {
  switch (kind) {
    case 'Campaign': {
      const ended = await tx
        .updateTable('campaign')
        .set({ state: 'ended', updated_at: at })
        .where('id', '=', id)
        .where('state', '!=', 'ended')
        .executeTakeFirst();
      return ended.numUpdatedRows > 0n ? 'ended' : undefined;
    }
    case 'Segment':
    case 'Form':
    case 'Policy': {
      const deleted = await tx.deleteFrom('document').where('kind', '=', kind).where('id', '=', id).executeTakeFirst();
      return deleted.numDeletedRows > 0n ? 'deleted' : undefined;
    }
    default:
      return 'kept';
  }
}
