import { epochMs } from '../../protocol/units.ts';
import type { CampaignId } from '../core/ids.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { triggersOf } from '../core/manifest/trigger.ts';
import { resolveAudience } from '../core/segment/resolve.ts';
import type { SegmentExpr } from '../core/segment/types.ts';
import type { Offer } from '../core/working-set-types.ts';
import type { Db } from './database.ts';
import { homeOf } from './home.ts';

/** Campaigns change by new, immutable versions; a decision names the version that made it. These are the newest. */
export const newestVersions = (db: Db) =>
  db
    .selectFrom('campaign')
    .innerJoin('campaign_version', (join) =>
      join
        .onRef('campaign_version.campaign_id', '=', 'campaign.id')
        .onRef('campaign_version.version', '=', 'campaign.version'),
    )
    .select(['campaign.id', 'campaign.name', 'campaign.state', 'campaign.version', 'campaign_version.spec']);

/** What a campaign waits for, as its version tells who looks at the rows: `enter,keyword`. The spec is what counts. */
export const triggerKinds = (spec: CampaignSpec): string =>
  triggersOf(spec)
    .map(({ on }) => on)
    .join();

/** All campaigns that have not ended, with everything their offers speak of. */
export async function readOffers(db: Db): Promise<Offer[]> {
  const rows = await newestVersions(db)
    .select('campaign_version.created_at')
    .where('campaign.state', '!=', 'ended')
    .orderBy('campaign.id')
    .execute();
  const segments = await readSegments(db);
  const homes = await readHomes(db);
  return rows.map((row) => {
    const spec = JSON.parse(row.spec) as CampaignSpec;
    const audience = spec.audience && resolveAudience(spec.audience, segments);
    const home = spec.home === undefined ? undefined : homes.get(spec.home);
    return {
      campaignId: row.id as CampaignId,
      version: row.version,
      state: row.state,
      name: row.name,
      since: epochMs(row.created_at),
      spec,
      ...(audience?.ok && { audience: audience.value }),
      ...(home && { home: homeOf(home.id, home.spec), homeName: home.name, homeLocale: home.spec.locale }),
    };
  });
}

/** Every segment as applied, by id; they may name one another. */
export async function readSegments(db: Db): Promise<Map<string, SegmentExpr>> {
  const rows = await db.selectFrom('document').select(['id', 'spec']).where('kind', '=', 'Segment').execute();
  return new Map(rows.map(({ id, spec }) => [id, (JSON.parse(spec) as { who: SegmentExpr }).who]));
}

async function readHomes(db: Db) {
  const rows = await db.selectFrom('store').select(['id', 'name', 'spec']).execute();
  return new Map(rows.map((row) => [row.id, { ...row, spec: JSON.parse(row.spec) as StoreManifest['spec'] }]));
}
