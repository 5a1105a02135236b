import { stockKey } from '../core/counter-keys.ts';
import type { CampaignId } from '../core/ids.ts';
import type { CampaignManifest } from '../core/manifest/campaign.ts';
import { Problem } from '../core/problem.ts';
import type { Applied } from './applied.ts';
import { newestVersions, triggerKinds } from './campaigns.ts';
import type { Db } from './database.ts';

/** A changed campaign becomes a new version; coupons it gave keep theirs. */
export async function applyCampaign(db: Db, { metadata, spec }: CampaignManifest, at: number): Promise<Applied> {
  for (const name of ['message', 'soldOut'] as const) {
    const message = spec.offer[name];
    if (message === undefined || message.sources !== undefined) continue;
    throw new Problem('invalid', 'no_template', 'the message template was not sent along', {
      where: `Campaign ${metadata.id}: spec.offer.${name}`,
      remedy: 'apply it with the pharos command, which reads the template file',
    });
  }
  await checkPromises(db, { metadata, spec });
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
    .values({ campaign_id: metadata.id, version, trigger_on: triggerKinds(spec), spec: text, created_at: at })
    .execute();
  return { ...result, action: row === undefined ? 'created' : 'updated', version };
}

/** The store whose clock and hours apply must be there, and nobody's coupon may be taken back by a smaller stock. */
async function checkPromises(db: Db, { metadata, spec }: Pick<CampaignManifest, 'metadata' | 'spec'>): Promise<void> {
  const where = `Campaign ${metadata.id}`;
  if (spec.home !== undefined) {
    const home = await db.selectFrom('store').select('id').where('id', '=', spec.home).executeTakeFirst();
    if (home === undefined) {
      throw new Problem('invalid', 'unknown_store', `store "${spec.home}" does not exist`, {
        where: `${where}: spec.home`,
        remedy: 'apply the Store first, or in the same folder',
      });
    }
  }
  if (spec.limits.stock === undefined) return;
  // Held until the end: whoever takes the next piece waits, and finds the new stock.
  const taken = await db
    .selectFrom('counter')
    .select('used')
    .where('key', '=', stockKey(metadata.id as CampaignId))
    .forUpdate()
    .executeTakeFirst();
  if (taken !== undefined && taken.used > spec.limits.stock) {
    throw new Problem('conflict', 'stock_below_issued', `${taken.used} coupons are out already`, {
      where: `${where}: spec.limits.stock`,
      remedy: `write at least ${taken.used}; to give no more, write exactly that`,
    });
  }
}
