import type { CampaignSpec } from '../core/manifest/campaign.ts';
import { Problem } from '../core/problem.ts';
import { resolveAudience } from '../core/segment/resolve.ts';
import { newestVersions, readSegments } from './campaigns.ts';
import type { Db } from './database.ts';

/** What the documents say of each other, looked at when all of them are written. Throws {@link Problem}. */
export async function checkReferences(db: Db): Promise<void> {
  await checkAudiences(db);
  await checkChannels(db);
}

/** A campaign whose audience cannot be told matches nobody, and a changed segment may do that to one applied long ago. */
async function checkAudiences(db: Db): Promise<void> {
  const segments = await readSegments(db);
  const campaigns = await newestVersions(db).where('campaign.state', '!=', 'ended').orderBy('campaign.id').execute();
  for (const { id, spec } of campaigns) {
    const { audience } = JSON.parse(spec) as CampaignSpec;
    const resolved = audience && resolveAudience(audience, segments);
    if (resolved === undefined || resolved.ok) continue;
    const { code, detail } = resolved.reject;
    throw new Problem('invalid', code === 'unknown-segment' ? 'unknown_segment' : 'segment_cycle', detail, {
      where: `Campaign ${id}: spec.audience`,
      remedy: 'apply the Segment in the same folder, or correct its name',
    });
  }
}

/** Stores and web shops are both channels that redeem, and a coupon names them by id alone. */
async function checkChannels(db: Db): Promise<void> {
  const twin = await db
    .selectFrom('document')
    .innerJoin('store', 'store.id', 'document.id')
    .select('store.id')
    .where('document.kind', '=', 'WebShop')
    .executeTakeFirst();
  if (twin === undefined) return;
  throw new Problem('conflict', 'channel_id_taken', `"${twin.id}" is both a Store and a WebShop`, {
    where: `WebShop ${twin.id}: metadata.id`,
    remedy: 'give the web shop an id of its own',
  });
}
