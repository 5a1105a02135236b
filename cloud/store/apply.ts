import type { CampaignManifest } from '../core/manifest/campaign.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import type { NodeManifest } from '../core/manifest/node.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { Problem } from '../core/problem.ts';
import { newestVersions } from './campaigns.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';

export interface Applied {
  readonly kind: Manifest['kind'];
  readonly id: string;
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly version?: number;
}

/** Stores first, then nodes, then campaigns: in this order every reference finds its target. */
const ORDER: readonly Manifest['kind'][] = ['Store', 'Node', 'Campaign'];

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
  return await db.transaction().execute(async (tx) => {
    const applied: Applied[] = [];
    for (const manifest of ordered) {
      switch (manifest.kind) {
        case 'Store':
          applied.push(await applyStore(tx, manifest, at));
          break;
        case 'Node':
          applied.push(await applyNode(tx, manifest, at));
          break;
        case 'Campaign':
          applied.push(await applyCampaign(tx, manifest, at));
          break;
      }
    }
    return applied;
  });
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

async function applyNode(db: Db, { metadata, spec }: NodeManifest, at: number): Promise<Applied> {
  const where = `Node ${metadata.id}`;
  const store = await db.selectFrom('store').select('id').where('id', '=', spec.store).executeTakeFirst();
  if (store === undefined) {
    throw new Problem('invalid', 'unknown_store', `store "${spec.store}" does not exist`, {
      where: `${where}: spec.store`,
      remedy: 'apply the Store first, or in the same folder',
    });
  }
  const siblings = await db
    .selectFrom('node')
    .select(['id', 'node_index'])
    .where('hwid', '=', spec.hwid)
    .where('id', '!=', metadata.id)
    .execute();
  const row = await db.selectFrom('node').selectAll().where('id', '=', metadata.id).executeTakeFirst();
  const index = spec.index ?? (row?.hwid === spec.hwid ? row.node_index : freeIndex(siblings));
  const taken = siblings.find(({ node_index }) => node_index === index);
  if (taken !== undefined) {
    throw new Problem('conflict', 'index_taken', `index ${index} of HWID ${spec.hwid} belongs to node "${taken.id}"`, {
      where: `${where}: spec.index`,
      remedy: 'choose another index, or leave it out and one is assigned',
    });
  }
  const next = {
    store_id: spec.store,
    zone: spec.zone,
    hwid: spec.hwid,
    node_index: index,
    slot_seconds: spec.slotSeconds,
    spec: JSON.stringify(spec),
  };
  const result = { kind: 'Node' as const, id: metadata.id };
  if (row === undefined) {
    const secrets = { mqtt_password_hash: null, dm_key_sealed: null };
    await db
      .insertInto('node')
      .values({ id: metadata.id, ...next, ...secrets, updated_at: at })
      .execute();
    return { ...result, action: 'created' };
  }
  if (row.spec === next.spec && row.node_index === index) return { ...result, action: 'unchanged' };
  await db
    .updateTable('node')
    .set({ ...next, updated_at: at })
    .where('id', '=', metadata.id)
    .execute();
  return { ...result, action: 'updated' };
}

/** Index 0 is left free: a device message of zeros should name nobody. */
function freeIndex(siblings: readonly { readonly node_index: number }[]): number {
  const used = new Set(siblings.map(({ node_index }) => node_index));
  let index = 1;
  while (used.has(index)) index += 1;
  return index;
}

async function applyCampaign(db: Db, { metadata, spec }: CampaignManifest, at: number): Promise<Applied> {
  if (spec.offer.message.sources === undefined) {
    throw new Problem('invalid', 'no_template', 'the message template was not sent along', {
      where: `Campaign ${metadata.id}: spec.offer.message`,
      remedy: 'apply it with the pharos command, which reads the template file',
    });
  }
  const name = metadata.name ?? metadata.id;
  const text = JSON.stringify(spec);
  const row = await newestVersions(db).where('campaign.id', '=', metadata.id).executeTakeFirst();
  const result = { kind: 'Campaign' as const, id: metadata.id };
  if (row?.spec === text && row.name === name) return { ...result, action: 'unchanged', version: row.version };
  const version = (row?.version ?? 0) + 1;
  const write = { name, version, updated_at: at };
  if (row === undefined) {
    await db
      .insertInto('campaign')
      .values({ id: metadata.id, state: 'running', ...write })
      .execute();
  } else {
    await db.updateTable('campaign').set(write).where('id', '=', metadata.id).execute();
  }
  await db
    .insertInto('campaign_version')
    .values({ campaign_id: metadata.id, version, trigger_on: spec.trigger.on, spec: text, created_at: at })
    .execute();
  return { ...result, action: row === undefined ? 'created' : 'updated', version };
}
