import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { type Channel, placesOf } from '../core/coupon/places.ts';
import type { CampaignId } from '../core/ids.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { triggersOf } from '../core/manifest/trigger.ts';
import type { WebShopManifest } from '../core/manifest/web-shop.ts';
import { namesMember } from '../core/message/render.ts';
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
  const make = await offerMaker(db);
  return rows.map((row) =>
    make({ ...row, since: epochMs(row.created_at), spec: JSON.parse(row.spec) as CampaignSpec }),
  );
}

/** Turns a version of a campaign into an offer, with the stores and segments as they are now, or as they would be. */
export async function offerMaker(db: Db, segmentsToBe: ReadonlyMap<string, SegmentExpr> = new Map()) {
  const segments = new Map([...(await readSegments(db)), ...segmentsToBe]);
  const homes = await readHomes(db);
  const channels = await readChannels(db);
  return (version: {
    readonly id: string;
    readonly version: number;
    readonly state: Offer['state'];
    readonly name: string;
    readonly since: EpochMs;
    readonly spec: CampaignSpec;
  }): Offer => {
    const { id, spec, state, name, since } = version;
    const audience = spec.audience && resolveAudience(spec.audience, segments);
    const home = spec.home === undefined ? undefined : homes.get(spec.home);
    return {
      campaignId: id as CampaignId,
      version: version.version,
      ...{ state, name, since, spec },
      ...(audience?.ok && { audience: audience.value }),
      ...(textsOf(spec).some(namesMember) && { namesMember: true as const }),
      places: placesOf(spec.offer.coupon.redeemableAt, channels),
      ...(home && { home: homeOf(home.id, home.spec), homeName: home.name, homeLocale: home.spec.locale }),
    };
  };
}

const textsOf = ({ offer: { message, soldOut } }: CampaignSpec): string[] =>
  [message, soldOut].flatMap((text) => Object.values(text?.sources ?? {}));

/** Every segment as applied, by id; they may name one another. */
export async function readSegments(db: Db): Promise<Map<string, SegmentExpr>> {
  const rows = await db.selectFrom('document').select(['id', 'spec']).where('kind', '=', 'Segment').execute();
  return new Map(rows.map(({ id, spec }) => [id, (JSON.parse(spec) as { who: SegmentExpr }).who]));
}

/** Every store and web shop, by id. */
export async function readChannels(db: Db): Promise<Channel[]> {
  const stores = await db.selectFrom('store').select(['id', 'name']).orderBy('id').execute();
  const shops = await db
    .selectFrom('document')
    .select(['id', 'name', 'spec'])
    .where('kind', '=', 'WebShop')
    .orderBy('id')
    .execute();
  return [
    ...stores.map((store) => ({ kind: 'store' as const, ...store })),
    ...shops.map(({ id, name, spec }) => {
      const { url } = JSON.parse(spec) as WebShopManifest['spec'];
      return { kind: 'web-shop' as const, id, name, ...(url !== undefined && { url }) };
    }),
  ];
}

async function readHomes(db: Db) {
  const rows = await db.selectFrom('store').select(['id', 'name', 'spec']).execute();
  return new Map(rows.map((row) => [row.id, { ...row, spec: JSON.parse(row.spec) as StoreManifest['spec'] }]));
}
