import { clockOf } from '../core/decide/clock.ts';
import type { RefusalReason } from '../core/decide/reasons.ts';
import type { Candidate, Ear } from '../core/decide/types.ts';
import type { CampaignId } from '../core/ids.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import type { PolicySpec } from '../core/manifest/policy.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import type { StoreContext } from './context.ts';
import { homeOf } from './home.ts';

/** A decision that gave nothing, as its row tells of it. */
export interface Refusal {
  readonly id: string;
  readonly eventId: string;
  readonly campaign: string;
  readonly version: number;
  readonly reason: RefusalReason;
  readonly member: string | null;
  readonly store: string | null;
  readonly node: string | null;
  readonly visit: string | null;
  readonly decidedAt: number;
  readonly complaint: string | null;
  readonly ear: Ear;
  readonly ageMs: number | null;
}

/** The campaign's version that was weighed, with the clock it was weighed by; the store is as it is today. */
export async function weighedCandidate({ db }: StoreContext, { campaign, version, store: at }: Refusal) {
  const kept = await db
    .selectFrom('campaign_version')
    .select('spec')
    .where('campaign_id', '=', campaign)
    .where('version', '=', version)
    .executeTakeFirst();
  if (kept === undefined) return undefined;
  const spec = JSON.parse(kept.spec) as CampaignSpec;
  const store = at ?? spec.home;
  const row =
    store === undefined
      ? undefined
      : await db.selectFrom('store').select('spec').where('id', '=', store).executeTakeFirst();
  const candidate: Candidate = {
    campaignId: campaign as CampaignId,
    version,
    state: 'running',
    spec,
    ...(store !== undefined && row && { home: homeOf(store, JSON.parse(row.spec) as StoreManifest['spec']) }),
  };
  return { candidate, spec, clock: clockOf(candidate, undefined) };
}

/** The policy of the house as it is today. */
export async function housePolicy({ db }: StoreContext): Promise<PolicySpec | undefined> {
  const row = await db.selectFrom('document').select('spec').where('kind', '=', 'Policy').executeTakeFirst();
  return row && (JSON.parse(row.spec) as PolicySpec);
}
