import type { CampaignId } from '../core/ids.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import type { CampaignPort } from '../core/ports.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';

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

export const campaignRows = ({ db }: StoreContext): CampaignPort => ({
  async waitingFor(trigger) {
    const rows = await newestVersions(db)
      .where('campaign.state', '!=', 'ended')
      .where('campaign_version.trigger_on', '=', trigger)
      .orderBy('campaign.id')
      .execute();
    return rows.map((row) => ({
      campaignId: row.id as CampaignId,
      version: row.version,
      state: row.state,
      name: row.name,
      spec: JSON.parse(row.spec) as CampaignSpec,
    }));
  },
});
