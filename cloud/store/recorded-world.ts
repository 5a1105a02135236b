import type { NodeId } from '../../protocol/ids.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { stockKey } from '../core/counter-keys.ts';
import type { CampaignId } from '../core/ids.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import type { PolicySpec } from '../core/manifest/policy.ts';
import type { CampaignSpan, CouponChange, RecordedWorld } from '../core/replay/types.ts';
import type { KnownGrant } from '../core/working-set-types.ts';
import { offerMaker } from './campaigns.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { grantsGot, toGrant } from './decisions.ts';
import { registryRows } from './registry.ts';

interface Span {
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/** What held for everybody at `since`, and what happened beside the events from then on. */
export async function recordedWorld(context: StoreContext, span: Span): Promise<RecordedWorld> {
  const { db } = context;
  const { since, until } = span;
  const registry = registryRows(context);
  const nodeIds = await db.selectFrom('node').select('id').execute();
  const nodes = new Map(
    (await Promise.all(nodeIds.map(({ id }) => registry.node(id as NodeId)))).flatMap((node) =>
      node === undefined ? [] : [[node.id, node] as const],
    ),
  );
  const campaigns = await readCampaigns(db, until);
  const policy = await registry.policy();
  return {
    nodes,
    policy,
    campaigns,
    counters: await countersBefore(db, since),
    grants: await grantsBefore(db, since, countedOverall(campaigns, policy)),
    fixedOffers: await fixedBefore(db, since),
    couponChanges: await couponChanges(db, span),
    quota: await quotaReadings(db, until),
  };
}

async function readCampaigns(db: Db, until: EpochMs): Promise<CampaignSpan[]> {
  const make = await offerMaker(db);
  const versions = await db
    .selectFrom('campaign_version')
    .innerJoin('campaign', 'campaign.id', 'campaign_version.campaign_id')
    .select(['campaign.id', 'campaign.name', 'campaign_version.version'])
    .select(['campaign_version.spec', 'campaign_version.created_at'])
    .where('campaign_version.created_at', '<', until)
    .execute();
  const steps = await db
    .selectFrom('audit')
    .select(['subject_id', 'at', 'action', 'detail'])
    .where('subject_kind', '=', 'Campaign')
    .where('at', '<', until)
    .where('detail', 'is not', null)
    .execute();
  return [
    ...versions.map((row): CampaignSpan => {
      const from = epochMs(row.created_at);
      const spec = JSON.parse(row.spec) as CampaignSpec;
      return { kind: 'version', from, offer: make({ ...row, state: 'running', since: from, spec }) };
    }),
    ...steps.flatMap(({ subject_id, at, action, detail }): CampaignSpan[] => {
      const { to } = JSON.parse(detail ?? '{}') as { readonly to?: unknown };
      // A file that was taken away ends its campaign.
      const state = action === 'prune' ? 'ended' : to;
      if (state !== 'running' && state !== 'paused' && state !== 'ended') return [];
      return [{ kind: 'state', from: epochMs(at), campaignId: subject_id as CampaignId, state }];
    }),
  ];
}

/** What stock and budgets had given before. */
async function countersBefore(db: Db, since: EpochMs): Promise<Map<string, number>> {
  const stock = await db
    .selectFrom('coupon')
    .select(({ fn }) => ['campaign_id', fn.countAll<number>().as('n')])
    .where('issued_at', '<', since)
    .where((eb) => eb.or([eb('state', '!=', 'revoked'), eb('folded_into', 'is not', null)]))
    .groupBy('campaign_id')
    .execute();
  const budgets = await db
    .selectFrom('delivery')
    .select(({ fn }) => ['budget_key', fn.countAll<number>().as('n')])
    .where('created_at', '<', since)
    .where('budget_key', 'is not', null)
    .where('route', '=', 'push')
    .where('state', '!=', 'parked')
    .groupBy('budget_key')
    .execute();
  return new Map([
    ...stock.map(({ campaign_id, n }): [string, number] => [stockKey(campaign_id as CampaignId), n]),
    ...budgets.map(({ budget_key, n }): [string, number] => [budget_key ?? '', n]),
  ]);
}

/** Campaigns whose grants are counted over everybody; `all` where the house counts those of all. */
const countedOverall = (campaigns: readonly CampaignSpan[], policy: PolicySpec | undefined): 'all' | string[] =>
  policy?.caps.global === undefined
    ? campaigns.flatMap((span) =>
        span.kind === 'version' && span.offer.spec.limits.total !== undefined ? [span.offer.campaignId] : [],
      )
    : 'all';

async function grantsBefore(db: Db, since: EpochMs, campaigns: 'all' | readonly string[]): Promise<KnownGrant[]> {
  if (campaigns.length === 0) return [];
  const rows = await grantsGot(db)
    .where('decision.decided_at', '<', since)
    .$if(campaigns !== 'all', (some) => some.where('decision.campaign_id', 'in', campaigns === 'all' ? [] : campaigns))
    .execute();
  return rows.map(toGrant);
}

const HOUR_MS = 3_600_000;

async function fixedBefore(db: Db, since: EpochMs): Promise<Map<NodeId, EpochMs[]>> {
  const rows = await db
    .selectFrom('decision')
    .select(['node_id', 'decided_at'])
    .where('trust', '=', 'fixed')
    .where('outcome', '=', 'granted')
    .where('decided_at', '<', since)
    .where('decided_at', '>', since - HOUR_MS)
    .execute();
  const found = new Map<NodeId, EpochMs[]>();
  for (const { node_id, decided_at } of rows) {
    const id = node_id as NodeId;
    found.set(id, [...(found.get(id) ?? []), epochMs(decided_at)]);
  }
  return found;
}

/** Coupons nobody was ever shown, and those that tills took or gave back. */
async function couponChanges(db: Db, { since, until }: Span): Promise<CouponChange[]> {
  const revoked = await db
    .selectFrom('delivery')
    .innerJoin('coupon', 'coupon.id', 'delivery.coupon_id')
    .select(['coupon.issue_key', 'delivery.settled_at as at'])
    .where('delivery.state', '=', 'parked')
    .where('delivery.settled_at', '>=', since)
    .where('delivery.settled_at', '<', until)
    .where('coupon.state', '=', 'revoked')
    .where('coupon.folded_into', 'is', null)
    .execute();
  const redeemed = await db
    .selectFrom('redemption')
    .innerJoin('coupon', 'coupon.id', 'redemption.coupon_id')
    .select(['coupon.issue_key', 'redemption.at', 'redemption.undone_at'])
    .where('redemption.parent_id', 'is', null)
    .where('redemption.at', '<', until)
    .execute();
  return [
    ...revoked.map((row) => couponChange(row.issue_key, row.at, 'revoked')),
    ...redeemed.map((row) => couponChange(row.issue_key, row.at, 'redeemed')),
    ...redeemed.map((row) => couponChange(row.issue_key, row.undone_at, 'issued')),
  ]
    .filter((change) => change !== undefined)
    .sort((a, b) => a.at - b.at);
}

const couponChange = (issueKey: string, at: number | null, to: CouponChange['to']): CouponChange | undefined =>
  at === null ? undefined : { issueKey, at: epochMs(at), to, givenBack: to === 'revoked' };

async function quotaReadings(db: Db, until: EpochMs): Promise<RecordedWorld['quota']> {
  const rows = await db.selectFrom('line_quota_reading').selectAll().where('at', '<', until).orderBy('at').execute();
  return rows.map(({ at, month, most, used }) => ({
    at: epochMs(at),
    month,
    used,
    ...(most !== null && { most }),
  }));
}
