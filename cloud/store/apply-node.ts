import type { Applied } from '../core/apply.ts';
import { differencesOf } from '../core/difference.ts';
import type { NodeManifest } from '../core/manifest/node.ts';
import { Problem } from '../core/problem.ts';
import type { Db } from './database.ts';

/** One node of a store that exists; its index among the nodes of its HWID is given or found. */
export async function applyNode(db: Db, { metadata, spec }: NodeManifest, at: number): Promise<Applied> {
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
    const secrets = { mqtt_password_hash: null, mosquitto_hash: null, dm_key_sealed: null };
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
  const before = { index: row.node_index, spec: JSON.parse(row.spec) };
  return { ...result, action: 'updated', changes: differencesOf(before, { index, spec: JSON.parse(next.spec) }) };
}

/** Index 0 is left free: a device message of zeros should name nobody. */
function freeIndex(siblings: readonly { readonly node_index: number }[]): number {
  const used = new Set(siblings.map(({ node_index }) => node_index));
  let index = 1;
  while (used.has(index)) index += 1;
  return index;
}
