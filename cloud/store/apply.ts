import { unreachable } from '../../protocol/result.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import type { Applied } from './applied.ts';
import { applyCampaign } from './apply-campaign.ts';
import { applyDocument } from './apply-document.ts';
import { applyNode } from './apply-node.ts';
import { checkReferences } from './apply-references.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { holdRegistry } from './registry.ts';
import { transact } from './transact.ts';

/** In this order every reference finds its target. */
const ORDER: readonly Manifest['kind'][] = ['Store', 'WebShop', 'Node', 'Policy', 'Segment', 'Form', 'Campaign'];

/**
 * Makes the registry say what the manifests say, all of them or none. Applying the same files again changes nothing;
 * a changed campaign becomes a new version and running coupons keep theirs. Throws {@link Problem} naming the document.
 */
export async function applyManifests(
  { db }: StoreContext,
  manifests: readonly Manifest[],
  at: number,
): Promise<Applied[]> {
  const ordered = [...manifests].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  return await transact(db, async (tx) => {
    await holdRegistry(tx);
    const applied: Applied[] = [];
    for (const manifest of ordered) applied.push(await applyOne(tx, manifest, at));
    await checkReferences(tx);
    return applied;
  });
}

async function applyOne(db: Db, manifest: Manifest, at: number): Promise<Applied> {
  switch (manifest.kind) {
    case 'Store':
      return await applyStore(db, manifest, at);
    case 'Node':
      return await applyNode(db, manifest, at);
    case 'Campaign':
      return await applyCampaign(db, manifest, at);
    case 'WebShop':
    case 'Policy':
    case 'Segment':
    case 'Form':
      return await applyDocument(db, manifest, at);
    default:
      return unreachable(manifest);
  }
}

async function applyStore(db: Db, { metadata, spec }: StoreManifest, at: number): Promise<Applied> {
  const next = { name: metadata.name ?? metadata.id, spec: JSON.stringify(spec) };
  const row = await db.selectFrom('store').selectAll().where('id', '=', metadata.id).executeTakeFirst();
  const result = { kind: 'Store' as const, id: metadata.id };
  if (row === undefined) {
    await db
      .insertInto('store')
      .values({ id: metadata.id, ...next, updated_at: at })
      .execute();
    return { ...result, action: 'created' };
  }
  if (row.name === next.name && row.spec === next.spec) return { ...result, action: 'unchanged' };
  await db
    .updateTable('store')
    .set({ ...next, updated_at: at })
    .where('id', '=', metadata.id)
    .execute();
  return { ...result, action: 'updated' };
}
