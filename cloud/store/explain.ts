import type { NodeId } from '../../protocol/ids.ts';
import { parseCode } from '../core/coupon/code.ts';
import { whyNotWeighed } from '../core/decide/match.ts';
import { type Outcome, REASON_TEXT, type RefusalReason } from '../core/decide/reasons.ts';
import type { Ear, TriggerType } from '../core/decide/types.ts';
import type { ExplainedDecision, ExplainedDelivery, ExplainedEvent, Explanation } from '../core/explain.ts';
import { type CampaignId, idKind } from '../core/ids.ts';
import { foldPhrase } from '../core/keyword.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { triggerFor } from '../core/manifest/trigger.ts';
import type { EventDetail } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { newestVersions } from './campaigns.ts';
import { present, type StoreContext } from './context.ts';
import { figureOf } from './explain-figures.ts';
import { registryRows } from './registry.ts';

/** The newest events told for a member. */
const MEMBER_EVENTS = 20;

/** Reads the ledger back for an event, coupon (id or code), decision, delivery or member. Throws {@link Problem}. */
export async function explain(context: StoreContext, asked: string): Promise<Explanation> {
  const ids = await eventIdsOf(context, asked);
  if (ids.length === 0) {
    throw new Problem('not_found', 'nothing_known', `nothing is known about "${asked}"`, {
      remedy: 'give an event, coupon, decision, delivery or member id, or a coupon code',
    });
  }
  const events: ExplainedEvent[] = [];
  for (const id of ids) events.push(await explainEvent(context, id));
  return { asked, events };
}

async function eventIdsOf({ db, vault }: StoreContext, asked: string): Promise<string[]> {
  const code = parseCode(asked);
  const byCoupon = async (column: 'coupon.id' | 'coupon.code_hash', value: string): Promise<string[]> =>
    (
      await db
        .selectFrom('decision')
        .innerJoin('coupon', 'coupon.id', 'decision.coupon_id')
        .select('decision.event_id as id')
        .where(column, '=', value)
        .execute()
    ).map(({ id }) => id);
  if (code !== undefined) return await byCoupon('coupon.code_hash', vault.digest(code));
  switch (idKind(asked)) {
    case 'event':
      return (await db.selectFrom('event').select('id').where('id', '=', asked).execute()).map(({ id }) => id);
    case 'coupon':
      return await byCoupon('coupon.id', asked);
    case 'redemption': {
      const row = await db.selectFrom('redemption').select('coupon_id').where('id', '=', asked).executeTakeFirst();
      return row === undefined ? [] : await byCoupon('coupon.id', row.coupon_id);
    }
    case 'decision':
      return (await db.selectFrom('decision').select('event_id').where('id', '=', asked).execute()).map(
        ({ event_id }) => event_id,
      );
    case 'delivery':
      return (
        await db
          .selectFrom('delivery')
          .innerJoin('decision', 'decision.id', 'delivery.decision_id')
          .select('decision.event_id as id')
          .where('delivery.id', '=', asked)
          .execute()
      ).map(({ id }) => id);
    case 'member':
      return (
        await db
          .selectFrom('event')
          .select('id')
          .where('member_id', '=', asked)
          .orderBy('at', 'desc')
          .limit(MEMBER_EVENTS)
          .execute()
      ).map(({ id }) => id);
    default:
      // LINE's own event id, or node:epoch:seq
      return (await db.selectFrom('event').select('id').where('source_id', '=', asked).execute()).map(({ id }) => id);
  }
}

async function explainEvent(context: StoreContext, id: string): Promise<ExplainedEvent> {
  const { db } = context;
  const row = await db.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const decisions = await explainDecisions(context, row);
  const store =
    row.store_id === null
      ? undefined
      : await db.selectFrom('store').select('spec').where('id', '=', row.store_id).executeTakeFirst();
  return {
    id: row.id,
    ear: row.ear,
    type: row.type,
    at: row.at,
    receivedAt: row.received_at,
    state: row.state,
    sourceId: row.source_id,
    ...present({
      ageMs: row.age_ms,
      store: row.store_id,
      node: row.node_id,
      member: row.member_id,
      visit: row.visit_id,
      hwid: row.hwid,
      dm: row.dm,
      trust: row.trust,
      timeZone: store === undefined ? await onlyZone(db) : zoneOf(store.spec),
    }),
    decisions,
    others: row.state === 'done' ? await explainOthers(context, row, decisions) : [],
  };
}

const zoneOf = (spec: string): string => (JSON.parse(spec) as StoreManifest['spec']).timeZone;

/** What is typed happens at no store; where all stores share a clock, theirs is told. */
async function onlyZone(db: StoreContext['db']): Promise<string | undefined> {
  const stores = await db.selectFrom('store').select('spec').execute();
  const [zone, another] = new Set(stores.map(({ spec }) => zoneOf(spec)));
  return another === undefined ? zone : undefined;
}

async function explainDecisions(
  context: StoreContext,
  event: { readonly id: string; readonly ear: Ear; readonly age_ms: number | null },
): Promise<ExplainedDecision[]> {
  const { db } = context;
  const rows = await db
    .selectFrom('decision')
    .leftJoin('coupon', 'coupon.id', 'decision.coupon_id')
    .leftJoin('delivery', 'delivery.decision_id', 'decision.id')
    .leftJoin('redemption', (join) =>
      join
        .onRef('redemption.coupon_id', '=', 'coupon.id')
        .on('redemption.kind', '=', 'redeem')
        .on('redemption.undone_at', 'is', null),
    )
    .selectAll('decision')
    .select(['coupon.state as coupon_state', 'coupon.expires_at as coupon_expires_at'])
    .select(['coupon.opened_at', 'coupon.opened_count'])
    .select(['redemption.id as redeemed_id', 'redemption.at as redeemed_at', 'redemption.channel_id as redeemed_place'])
    .select(['delivery.id as delivery_id'])
    .where('decision.event_id', '=', event.id)
    .orderBy('decision.campaign_id')
    .execute();
  const explained: ExplainedDecision[] = [];
  for (const row of rows) {
    const reason = row.reason as RefusalReason | null;
    const figure =
      reason === null
        ? undefined
        : await figureOf(context, {
            ...{ id: row.id, eventId: event.id, campaign: row.campaign_id, version: row.campaign_version, reason },
            ...{ member: row.member_id, store: row.store_id, node: row.node_id, visit: row.visit_id },
            ...{ decidedAt: row.decided_at, complaint: row.complaint, ear: event.ear, ageMs: event.age_ms },
          });
    explained.push({
      id: row.id,
      campaign: row.campaign_id,
      version: row.campaign_version,
      outcome: row.outcome as Outcome,
      ...(reason !== null && { reason, sentence: REASON_TEXT[reason] }),
      passed: JSON.parse(row.passed) as string[],
      decidedAt: row.decided_at,
      ...present({ figure }),
      ...(row.coupon_id !== null && {
        coupon: {
          ...{ id: row.coupon_id, state: row.coupon_state ?? '', expiresAt: row.coupon_expires_at ?? 0 },
          ...{ opened: row.opened_count ?? 0, ...present({ openedAt: row.opened_at }) },
          ...(row.redeemed_id !== null && {
            redeemed: { id: row.redeemed_id, at: row.redeemed_at ?? 0, place: row.redeemed_place ?? '' },
          }),
        },
      }),
      ...(row.delivery_id !== null && { delivery: await explainDelivery({ db }, row.delivery_id) }),
    });
  }
  return explained;
}

async function explainDelivery({ db }: Pick<StoreContext, 'db'>, id: string): Promise<ExplainedDelivery> {
  const row = await db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const attempts = await db
    .selectFrom('delivery_attempt')
    .selectAll()
    .where('delivery_id', '=', id)
    .orderBy('started_at')
    .execute();
  return {
    id: row.id,
    route: row.route,
    state: row.state,
    retryKey: row.cast_key ?? row.retry_key,
    ...(row.cast_key !== null && { multicast: true }),
    createdAt: row.created_at,
    ...present({ parkReason: row.park_reason, requestId: row.request_id, settledAt: row.settled_at }),
    attempts: attempts.map((attempt) => ({
      at: attempt.started_at,
      endedAt: attempt.ended_at,
      outcome: attempt.outcome,
      ...present({ detail: attempt.detail }),
    })),
  };
}

/** Campaigns there were that were no candidates, told from their present versions. */
async function explainOthers(
  context: StoreContext,
  row: {
    readonly trigger_on: TriggerType | null;
    readonly ear: Ear;
    readonly node_id: string | null;
    readonly received_at: number;
    readonly detail: string | null;
  },
  decided: readonly ExplainedDecision[],
): Promise<ExplainedEvent['others']> {
  const rows = await newestVersions(context.db)
    .where('campaign.id', 'in', (first) =>
      first
        .selectFrom('campaign_version')
        .select('campaign_id')
        .where('version', '=', 1)
        .where('created_at', '<=', row.received_at),
    )
    .orderBy('campaign.id')
    .execute();
  const node = row.node_id === null ? undefined : await registryRows(context).node(row.node_id as NodeId);
  const { phrase, ...detail } = row.detail === null ? ({} as EventDetail) : (JSON.parse(row.detail) as EventDetail);
  // What falls due does so for one campaign.
  const target = row.trigger_on === 'schedule' ? (decided[0]?.campaign as CampaignId | undefined) : undefined;
  const event = { trigger: row.trigger_on ?? undefined, ear: row.ear, ...detail, ...present({ target }) };
  // What was typed is kept as a digest only: a campaign's own phrase is the one that has it.
  const typed = (spec: CampaignSpec): string | undefined => {
    const trigger = phrase === undefined ? undefined : triggerFor(spec, 'keyword');
    const phrases = trigger?.on === 'keyword' ? trigger.phrases.map(foldPhrase) : [];
    return phrases.find((each) => context.vault.digest(each) === phrase);
  };
  const whyNot = (id: string, spec: CampaignSpec): string =>
    whyNotWeighed(spec, { ...event, ...present({ phrase: typed(spec) }) }, node?.place, id as CampaignId);
  return rows
    .filter(({ id }) => !decided.some(({ campaign }) => campaign === id))
    .map(({ id, spec }) => ({
      campaign: id,
      why: whyNot(id, JSON.parse(spec) as CampaignSpec),
    }));
}
