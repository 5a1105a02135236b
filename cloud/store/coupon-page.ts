import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { placesOf } from '../core/coupon/places.ts';
import type { CouponOnPage } from '../core/coupon-page/view.ts';
import type { CouponId } from '../core/ids.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { readChannels } from './campaigns.ts';
import { present, type StoreContext } from './context.ts';
import type { Db } from './database.ts';

export const couponPageRows = ({ db, vault }: StoreContext) => ({
  /** `undefined` where there is none, or its member was forgotten and its code with them. */
  async read(id: CouponId): Promise<CouponOnPage | undefined> {
    const row = await db
      .selectFrom('coupon')
      .innerJoin('campaign', 'campaign.id', 'coupon.campaign_id')
      .innerJoin('campaign_version', (join) =>
        join
          .onRef('campaign_version.campaign_id', '=', 'coupon.campaign_id')
          .onRef('campaign_version.version', '=', 'coupon.campaign_version'),
      )
      .leftJoin('store', 'store.id', 'coupon.store_id')
      .select([
        'coupon.state as state',
        'coupon.code_sealed as code_sealed',
        'coupon.expires_at as expires_at',
        'campaign.name as campaign',
        'campaign_version.spec as spec',
        'store.name as store',
        'store.spec as store_spec',
      ])
      .where('coupon.id', '=', id)
      .executeTakeFirst();
    if (row === undefined || row.code_sealed.length === 0) return undefined;
    const { offer, timeZone } = JSON.parse(row.spec) as CampaignSpec;
    const place = row.store_spec === null ? undefined : (JSON.parse(row.store_spec) as StoreManifest['spec']);
    const channels = await readChannels(db);
    const used = row.state === 'redeemed' ? await standing(db, id) : undefined;
    return {
      state: row.state,
      campaign: row.campaign,
      value: offer.coupon.value,
      code: vault.open(row.code_sealed).toString('utf8'),
      format: offer.coupon.code.format,
      expiresAt: epochMs(row.expires_at),
      timeZone: place?.timeZone ?? timeZone ?? 'UTC',
      places: placesOf(offer.coupon.redeemableAt, channels),
      ...present({ store: row.store }),
      ...(used && {
        used: {
          at: epochMs(used.at),
          place: channels.find(({ id: key }) => key === used.channel)?.name ?? used.channel,
        },
      }),
    };
  },

  /** First time and number of times. */
  async markOpened(id: CouponId, now: EpochMs): Promise<void> {
    await db
      .updateTable('coupon')
      .set(({ eb, fn }) => ({
        opened_at: fn.coalesce('opened_at', eb.val(now)),
        opened_count: eb('opened_count', '+', 1),
      }))
      .where('id', '=', id)
      .execute();
  },
});

/** The redemption nobody has taken back. */
const standing = (db: Db, coupon: CouponId) =>
  db
    .selectFrom('redemption')
    .select(['at', 'channel_id as channel'])
    .where('coupon_id', '=', coupon)
    .where('kind', '=', 'redeem')
    .where('undone_at', 'is', null)
    .executeTakeFirst();
