import type { Applied } from '../core/apply.ts';
import { campaignEnded, versionConflict } from '../core/campaign-life.ts';
import { stockKey } from '../core/counter-keys.ts';
import { differencesOf } from '../core/difference.ts';
import type { CampaignId } from '../core/ids.ts';
import type { CampaignManifest, CampaignSpec } from '../core/manifest/campaign.ts';
import { builtInSources } from '../core/message/built-in.ts';
import { Problem } from '../core/problem.ts';
import { auditRows } from './audit.ts';
import { newestVersions, triggerKinds } from './campaigns.ts';
import type { Db } from './database.ts';

/**
 * A changed campaign becomes a new version; coupons it gave keep theirs. `expected`: the version the change was made
 * from, 0 for none. Nobody is overtaken where the campaign says the same already, or is not here at all: a server may be
 * set up anew under its old address.
 */
export async function applyCampaign(
  db: Db,
  { metadata, spec }: CampaignManifest,
  at: number,
  expected: number | undefined,
): Promise<Applied> {
  const { id } = metadata;
  for (const name of ['message', 'soldOut'] as const) {
    const message = spec.offer[name];
    if (message === undefined || message.sources !== undefined || builtInSources(message.template) !== undefined)
      continue;
    throw new Problem('invalid', 'no_template', 'the message template was not sent along', {
      where: `Campaign ${id}: spec.offer.${name}`,
      remedy: 'apply it with the pharos command, which reads the template file',
    });
  }
  const name = metadata.name ?? id;
  const text = JSON.stringify(spec);
  const row = await newestVersions(db).where('campaign.id', '=', id).executeTakeFirst();
  const result = { kind: 'Campaign' as const, id };
  if (row?.spec === text && row.name === name) return { ...result, action: 'unchanged', version: row.version };
  const found = row?.version ?? 0;
  if (expected !== undefined && found > 0 && expected !== found) {
    throw versionConflict(id, { expected, found }, await auditRows(db).last('Campaign', id));
  }
  if (row?.state === 'ended') throw campaignEnded(id);
  await checkPromises(db, { id, spec });
  await addVersion(db, { id, name, version: found + 1, spec, text }, at);
  const made = { ...result, version: found + 1 };
  if (row === undefined) return { ...made, action: 'created' };
  const before = { name: row.name, spec: JSON.parse(row.spec) };
  return { ...made, action: 'updated', changes: differencesOf(before, { name, spec: JSON.parse(text) }) };
}

/** Makes this the newest version; the first one makes the campaign. */
export async function addVersion(
  db: Db,
  made: {
    readonly id: string;
    readonly name: string;
    readonly version: number;
    readonly spec: CampaignSpec;
    readonly text: string;
    readonly restores?: number;
  },
  at: number,
): Promise<void> {
  const { id, name, version, spec, text, restores = null } = made;
  const write = { name, version, updated_at: at };
  if (version === 1)
    await db
      .insertInto('campaign')
      .values({ id, state: 'running', ...write })
      .execute();
  else await db.updateTable('campaign').set(write).where('id', '=', id).execute();
  const row = { campaign_id: id, version, name, trigger_on: triggerKinds(spec), spec: text, created_at: at, restores };
  await db.insertInto('campaign_version').values(row).execute();
}

/** The store whose clock and hours apply must be there, and nobody's coupon may be taken back by a smaller stock. */
export async function checkPromises(
  db: Db,
  { id, spec }: { readonly id: string; readonly spec: CampaignSpec },
): Promise<void> {
  const where = `Campaign ${id}`;
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
    .where('key', '=', stockKey(id as CampaignId))
    .forUpdate()
    .executeTakeFirst();
  if (taken !== undefined && taken.used > spec.limits.stock) {
    throw new Problem('conflict', 'stock_below_issued', `${taken.used} coupons are out already`, {
      where: `${where}: spec.limits.stock`,
      remedy: `write at least ${taken.used}; to give no more, write exactly that`,
    });
  }
}
