import { durationMs } from '../core/calendar.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import { matchesPattern } from '../core/manifest/fields.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import type { WebShopManifest } from '../core/manifest/web-shop.ts';
import { CREDIT_VISITS_FOR } from '../core/till/attribute.ts';
import type { Channel, CouponTerms } from '../core/till/types.ts';
import type { Db } from './database.ts';

/** What a till relies on and seldom changes, as it is for the length of one transaction. */
export interface TillRegistry {
  channel(id: string): Channel | undefined;
  terms(campaignId: string, version: number): Promise<CouponTerms>;
}

export interface TillMemory {
  open(db: Db): Promise<TillRegistry>;
}

/** Kept by each process for as long as the database counts no change of it. */
export function tillMemory(): TillMemory {
  let version = -1;
  let channels: ReadonlyMap<string, Channel> = new Map();
  let terms = new Map<string, CouponTerms>();
  return {
    async open(db) {
      const row = await db.selectFrom('registry_version').select('version').executeTakeFirstOrThrow();
      if (row.version !== version) {
        channels = await readChannels(db);
        terms = new Map();
        version = row.version;
      }
      const [here, known] = [channels, terms];
      return {
        channel: (id) => here.get(id),
        async terms(campaignId, campaignVersion) {
          const key = `${campaignId} ${campaignVersion}`;
          const found = known.get(key) ?? (await readTerms(db, campaignId, campaignVersion, [...here.values()]));
          known.set(key, found);
          return found;
        },
      };
    },
  };
}

/** All channels there are, by id: stores and web shops share one set of ids. */
async function readChannels(db: Db): Promise<Map<string, Channel>> {
  const stores = await db.selectFrom('store').select(['id', 'name', 'spec']).orderBy('id').execute();
  const shops = await db
    .selectFrom('document')
    .select(['id', 'name', 'spec'])
    .where('kind', '=', 'WebShop')
    .orderBy('id')
    .execute();
  const all = [
    ...stores.map(({ id, name, spec }): Channel => {
      const { timeZone, sales } = JSON.parse(spec) as StoreManifest['spec'];
      const creditVisitsForMs = durationMs(sales?.creditVisitsFor ?? CREDIT_VISITS_FOR);
      return { kind: 'store', id, name, timeZone, creditVisitsForMs };
    }),
    ...shops.map(({ id, name, spec }): Channel => {
      const { timeZone } = JSON.parse(spec) as WebShopManifest['spec'];
      return { kind: 'web-shop', id, name, timeZone };
    }),
  ];
  return new Map(all.map((channel) => [channel.id, channel]));
}

async function readTerms(
  db: Db,
  campaignId: string,
  version: number,
  channels: readonly Channel[],
): Promise<CouponTerms> {
  const row = await db
    .selectFrom('campaign_version')
    .innerJoin('campaign', 'campaign.id', 'campaign_version.campaign_id')
    .select(['campaign.name', 'campaign_version.spec'])
    .where('campaign_version.campaign_id', '=', campaignId)
    .where('campaign_version.version', '=', version)
    .executeTakeFirstOrThrow();
  const { value, redeemableAt } = (JSON.parse(row.spec) as CampaignSpec).offer.coupon;
  return {
    campaignName: row.name,
    value,
    redeemableAt: channels
      .filter(({ id }) => redeemableAt.some((pattern) => matchesPattern(pattern, id)))
      .map(({ kind, id, name }) => ({ kind, id, name })),
  };
}
