import type { ApplyWarning, Numbered } from '../core/apply.ts';
import type { CampaignManifest } from '../core/manifest/campaign.ts';
import { matchesPattern } from '../core/manifest/fields.ts';
import { isPlaced, triggersWithPath } from '../core/manifest/trigger.ts';
import type { Db } from './database.ts';

interface Street {
  readonly stores: readonly string[];
  readonly webShops: readonly string[];
  readonly nodes: readonly { readonly store: string; readonly zone: string }[];
  readonly ended: readonly string[];
}

/** What was applied although it can hardly be meant: patterns that name nothing here, campaigns that are over. */
export async function warningsOf(tx: Db, documents: readonly Numbered[]): Promise<ApplyWarning[]> {
  const campaigns = documents.flatMap(({ manifest, document }) =>
    manifest.kind === 'Campaign' ? [{ manifest, document }] : [],
  );
  if (campaigns.length === 0) return [];
  const street = await readStreet(tx);
  return campaigns.flatMap(({ manifest, document }) =>
    [...endedAlready(manifest, street), ...namesNothing(manifest, street)].map((found) => ({ ...found, document })),
  );
}

type Found = Omit<ApplyWarning, 'document'>;

function endedAlready({ metadata: { id } }: CampaignManifest, { ended }: Street): Found[] {
  if (!ended.includes(id)) return [];
  const message = `campaign "${id}" has ended and does not run: give it another id to run it again`;
  return [{ code: 'campaign_ended', path: ['metadata', 'id'], message }];
}

/** `*` alone is no name: it stands there where nothing was written. */
function namesNothing({ spec }: CampaignManifest, { stores, webShops, nodes }: Street): Found[] {
  const found: Found[] = [];
  const look = (patterns: readonly string[], known: readonly string[], path: Found['path'], what: string): void => {
    for (const [index, pattern] of patterns.entries()) {
      if (pattern === '*' || known.some((id) => matchesPattern(pattern, id))) continue;
      const here = known.length === 0 ? 'there is none yet' : `there are ${listed(known)}`;
      found.push({ code: 'matches_nothing', path: [...path, index], message: `"${pattern}" is no ${what}: ${here}` });
    }
  };
  for (const { trigger, path } of triggersWithPath(spec)) {
    if (!isPlaced(trigger)) continue;
    look(trigger.at.stores, stores, ['spec', ...path, 'at', 'stores'], 'store');
    const near = nodes.filter(({ store }) => trigger.at.stores.some((pattern) => matchesPattern(pattern, store)));
    const zones = [...new Set(near.map(({ zone }) => zone))];
    // A shop without nodes has no zones yet, whatever is written.
    if (zones.length > 0) look(trigger.at.zones, zones, ['spec', ...path, 'at', 'zones'], 'zone of these stores');
  }
  const { redeemableAt } = spec.offer.coupon;
  look(redeemableAt, [...stores, ...webShops], ['spec', 'offer', 'coupon', 'redeemableAt'], 'store or web shop');
  return found;
}

const MOST_NAMED = 8;
const listed = (ids: readonly string[]): string =>
  ids.length <= MOST_NAMED
    ? ids.join(', ')
    : `${ids.slice(0, MOST_NAMED).join(', ')} and ${ids.length - MOST_NAMED} more`;

async function readStreet(tx: Db): Promise<Street> {
  const stores = await tx.selectFrom('store').select('id').orderBy('id').execute();
  const nodes = await tx.selectFrom('node').select(['store_id', 'zone']).distinct().orderBy('zone').execute();
  const webShops = await tx.selectFrom('document').select('id').where('kind', '=', 'WebShop').orderBy('id').execute();
  const ended = await tx.selectFrom('campaign').select('id').where('state', '=', 'ended').execute();
  return {
    stores: stores.map(({ id }) => id),
    webShops: webShops.map(({ id }) => id),
    nodes: nodes.map(({ store_id, zone }) => ({ store: store_id, zone })),
    ended: ended.map(({ id }) => id),
  };
}
