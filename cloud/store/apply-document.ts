import type { Applied } from '../core/apply.ts';
import { differencesOf } from '../core/difference.ts';
import type { FormManifest } from '../core/manifest/form.ts';
import type { PolicyManifest } from '../core/manifest/policy.ts';
import type { SegmentManifest } from '../core/manifest/segment.ts';
import type { WebShopManifest } from '../core/manifest/web-shop.ts';
import type { Db } from './database.ts';

export type DocumentManifest = FormManifest | PolicyManifest | SegmentManifest | WebShopManifest;

/** What is kept as it was written, and read whole. */
export async function applyDocument(db: Db, { kind, metadata, spec }: DocumentManifest, at: number): Promise<Applied> {
  const { id } = metadata;
  const next = { name: metadata.name ?? id, spec: JSON.stringify(spec), updated_at: at };
  const row = await db
    .selectFrom('document')
    .select(['name', 'spec'])
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) {
    await db
      .insertInto('document')
      .values({ kind, id, ...next })
      .execute();
    return { kind, id, action: 'created' };
  }
  if (row.name === next.name && row.spec === next.spec) return { kind, id, action: 'unchanged' };
  await db.updateTable('document').set(next).where('kind', '=', kind).where('id', '=', id).execute();
  const before = { name: row.name, spec: JSON.parse(row.spec) };
  const changes = differencesOf(before, { name: next.name, spec: JSON.parse(next.spec) });
  return { kind, id, action: 'updated', changes };
}
