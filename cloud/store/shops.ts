import { matchesPattern } from '../core/manifest/fields.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { isPlaced, triggersOf } from '../core/manifest/trigger.ts';
import { Problem } from '../core/problem.ts';
import type { Offer } from '../core/working-set-types.ts';
import { readOffers } from './campaigns.ts';
import { present, type StoreContext } from './context.ts';
import type { Db } from './database.ts';

/** A campaign as a shop sees it. */
export interface CampaignHere {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly from?: string;
  /** Inclusive. */
  readonly until?: string;
}

export interface ShopNode {
  readonly id: string;
  readonly zone: string;
  readonly enrolled: boolean;
  readonly online: boolean;
  readonly seenAt?: number;
}

export interface Shop {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly locale: string;
  /** `11:00-20:00` on the shop's clock. */
  readonly hours: string;
  readonly nodes: readonly ShopNode[];
  /** That somebody who comes here may meet. */
  readonly running: readonly CampaignHere[];
  /** Whose coupons are taken here. */
  readonly redeeming: readonly CampaignHere[];
}

/** Shops as people look at them: when they are open, how their nodes are, which campaigns concern them. */
export const shopRows = ({ db }: Pick<StoreContext, 'db'>) => ({
  list: (): Promise<Shop[]> => read(db, undefined),

  /** Throws {@link Problem} `unknown_store`. */
  async show(id: string): Promise<Shop> {
    const [shop] = await read(db, id);
    if (shop !== undefined) return shop;
    throw new Problem('not_found', 'unknown_store', `no store "${id}"`, { remedy: 'see pharos store list' });
  },
});

async function read(db: Db, only: string | undefined): Promise<Shop[]> {
  const stores = await db
    .selectFrom('store')
    .select(['id', 'name', 'spec'])
    .$if(only !== undefined, (some) => some.where('id', '=', only ?? ''))
    .orderBy('id')
    .execute();
  const nodes = await db
    .selectFrom('node')
    .leftJoin('node_state', 'node_state.node_id', 'node.id')
    .select(['node.id', 'node.store_id', 'node.zone', 'node.mqtt_password_hash'])
    .select(['node_state.online', 'node_state.seen_at'])
    .$if(only !== undefined, (some) => some.where('node.store_id', '=', only ?? ''))
    .orderBy('node.id')
    .execute();
  const byStore = Map.groupBy(nodes, ({ store_id }) => store_id);
  const offers = stores.length === 0 ? [] : await readOffers(db);
  return stores.map(({ id, name, spec }) => {
    const { timeZone, locale, hours } = JSON.parse(spec) as StoreManifest['spec'];
    const theirs = (byStore.get(id) ?? []).map((node) => ({
      id: node.id,
      zone: node.zone,
      enrolled: node.mqtt_password_hash !== null,
      online: node.online === 1,
      ...present({ seenAt: node.seen_at }),
    }));
    return {
      ...{ id, name, timeZone, locale },
      hours: `${clockText(hours.from)}-${clockText(hours.to)}`,
      nodes: theirs,
      running: offers.filter((offer) => isMetAt(offer, id, theirs)).map(inShort),
      redeeming: offers.filter(({ places }) => places?.channels.some((channel) => channel.id === id)).map(inShort),
    };
  });
}

const clockText = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');

/** Somebody who comes to the shop may meet the campaign: at one of its nodes, or at none yet where it has none. */
const isMetAt = ({ spec }: Offer, store: string, nodes: readonly Pick<ShopNode, 'zone'>[]): boolean =>
  triggersOf(spec).some(
    (trigger) =>
      isPlaced(trigger) &&
      trigger.at.stores.some((pattern) => matchesPattern(pattern, store)) &&
      (nodes.length === 0 ||
        nodes.some(({ zone }) => trigger.at.zones.some((pattern) => matchesPattern(pattern, zone)))),
  );

const inShort = ({ campaignId, name, state, spec }: Offer): CampaignHere => ({
  ...{ id: campaignId, name, state },
  ...present({ from: spec.active.from, until: spec.active.until }),
});
