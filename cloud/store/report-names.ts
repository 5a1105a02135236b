import { sql } from 'kysely';
import type { StoreManifest } from '../core/manifest/store.ts';
import type { Db } from './database.ts';

/** What things are called, and whose clock hangs where. */
export interface ReportNames {
  readonly campaigns: ReadonlyMap<string, string>;
  /** Stores and web shops. */
  readonly channels: ReadonlyMap<string, string>;
  readonly nodes: ReadonlySet<string>;
  zoneOf(channel: string | null): string;
  /** Each zone some store has. */
  readonly timeZones: readonly string[];
}

/** `own`: the store of whoever asks, whose clock then counts where no other does; else that of most stores. */
export async function reportNames(db: Db, own: string | undefined): Promise<ReportNames> {
  const campaigns = await db.selectFrom('campaign').select(['id', 'name']).execute();
  const stores = await db.selectFrom('store').select(['id', 'name', 'spec']).orderBy('id').execute();
  const { rows: shops } = await sql<{ id: string; name: string; spec: string }>`
    SELECT id, name, spec FROM document WHERE kind = 'WebShop' ORDER BY id`.execute(db);
  const nodes = await db.selectFrom('node').select('id').execute();
  const channels = [...stores, ...shops];
  const zones = new Map(
    channels.map(({ id, spec }) => [id, (JSON.parse(spec) as Partial<StoreManifest['spec']>).timeZone ?? 'UTC']),
  );
  const usual =
    (own === undefined ? undefined : zones.get(own)) ?? mostCommon(stores.map(({ id }) => zones.get(id) ?? 'UTC'));
  return {
    campaigns: new Map(campaigns.map(({ id, name }) => [id, name])),
    channels: new Map(channels.map(({ id, name }) => [id, name])),
    nodes: new Set(nodes.map(({ id }) => id)),
    zoneOf: (channel) => (channel === null ? undefined : zones.get(channel)) ?? usual,
    timeZones: [...new Set([usual, ...zones.values()])],
  };
}

function mostCommon(zones: readonly string[]): string {
  const many = new Map<string, number>();
  for (const zone of zones) many.set(zone, (many.get(zone) ?? 0) + 1);
  return [...many].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'UTC';
}
