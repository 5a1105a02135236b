import { type Outcome, REASON_TEXT, type RefusalReason } from '../core/decide/reasons.ts';
import type { Ear } from '../core/decide/types.ts';
import type { ExplainedDecision, ExplainedDelivery, ExplainedEvent, Explanation } from '../core/explain.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { present, type StoreContext } from './context.ts';
import { eventIdsOf, nothingKnown } from './explain-asked.ts';
import { type Shortfall, shortfalls } from './explain-audience.ts';
import { figureOf } from './explain-figures.ts';
import { explainOthers } from './explain-others.ts';

/** Reads the ledger back for an event, coupon (id or code), decision, delivery or member. Throws {@link Problem}. */
export async function explain(context: StoreContext, asked: string): Promise<Explanation> {
  const ids = await eventIdsOf(context, asked);
  if (ids.length === 0) throw await nothingKnown(context, asked);
  const events: ExplainedEvent[] = [];
  const shortfall = shortfalls(context);
  for (const id of ids) events.push(await explainEvent(context, id, shortfall));
  return { asked, events };
}

async function explainEvent(context: StoreContext, id: string, shortfall: Shortfall): Promise<ExplainedEvent> {
  const { db } = context;
  const row = await db.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const decisions = await explainDecisions(context, row, shortfall);
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
  shortfall: Shortfall,
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
        : await figureOf(
            context,
            {
              ...{ id: row.id, eventId: event.id, campaign: row.campaign_id, version: row.campaign_version, reason },
              ...{ member: row.member_id, store: row.store_id, node: row.node_id, visit: row.visit_id },
              ...{ decidedAt: row.decided_at, complaint: row.complaint, ear: event.ear, ageMs: event.age_ms },
            },
            shortfall,
          );
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
