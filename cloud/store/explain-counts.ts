import { sql } from 'kysely';
import { type CapCheck, FIXED_OFFERS_PER_NODE_HOUR } from '../core/decide/caps.ts';
import type { ExplainedFigure } from '../core/explain.ts';
import { present, type StoreContext } from './context.ts';
import type { Refusal } from './explain-refusal.ts';

/** The numbers behind refusals, counted again from the rows as they stood at the moment of the decision. */

const HOUR_MS = 3_600_000;

/** The first cap that was reached then; where rows changed since, the first there is. */
export async function capFigure(
  context: StoreContext,
  decision: Refusal,
  checks: readonly CapCheck[],
): Promise<ExplainedFigure | undefined> {
  const figures: Extract<ExplainedFigure, { kind: 'cap' }>[] = [];
  for (const { max, per, count } of checks) {
    const { since } = count;
    const figure = {
      kind: 'cap' as const,
      count: await countAsOf(context, decision, count),
      max,
      per,
      ...present({ since }),
    };
    if (figure.count >= max) return figure;
    figures.push(figure);
  }
  return figures[0];
}

/** Grants and ghosts as they stood then: what was taken back later counted still. */
async function countAsOf(
  { db }: StoreContext,
  decision: Refusal,
  { ofMember, campaignId, storeId, since }: CapCheck['count'],
) {
  const { many } = await db
    .selectFrom('decision')
    .leftJoin('coupon', 'coupon.id', 'decision.coupon_id')
    .leftJoin('delivery', 'delivery.decision_id', 'decision.id')
    .select(({ fn }) => [fn.countAll<number>().as('many')])
    .where(sql<boolean>`decision.outcome IN ('granted', 'ghost')`)
    .where('decision.decided_at', '<=', decision.decidedAt)
    .where('decision.id', '!=', decision.id)
    .where((eb) =>
      eb.or([
        eb('coupon.state', 'is', null),
        eb('coupon.state', '!=', 'revoked'),
        eb('coupon.folded_into', 'is not', null),
        eb('delivery.settled_at', '>', decision.decidedAt),
      ]),
    )
    .$if(ofMember, (some) => some.where('decision.member_id', '=', decision.member))
    .$if(campaignId !== undefined, (some) => some.where('decision.campaign_id', '=', campaignId ?? ''))
    .$if(storeId !== undefined, (some) => some.where('decision.store_id', '=', storeId ?? ''))
    .$if(since !== undefined, (some) => some.where('decision.decided_at', '>=', since ?? 0))
    .executeTakeFirstOrThrow();
  return many;
}

export async function givenBy({ db }: StoreContext, { campaign, decidedAt }: Refusal): Promise<number> {
  const { many } = await db
    .selectFrom('coupon')
    .select(({ fn }) => [fn.countAll<number>().as('many')])
    .where('campaign_id', '=', campaign)
    .where('issued_at', '<=', decidedAt)
    .where('state', '!=', 'revoked')
    .executeTakeFirstOrThrow();
  return many;
}

export async function pushesSince(
  { db }: StoreContext,
  { campaign, decidedAt }: Refusal,
  since: number,
): Promise<number> {
  const { many } = await db
    .selectFrom('decision')
    .innerJoin('delivery', 'delivery.decision_id', 'decision.id')
    .select(({ fn }) => [fn.countAll<number>().as('many')])
    .where(sql<boolean>`decision.outcome IN ('granted', 'ghost')`)
    .where('decision.campaign_id', '=', campaign)
    .where('decision.decided_at', '>=', since)
    .where('decision.decided_at', '<=', decidedAt)
    .where('delivery.budget_key', 'is not', null)
    .where('delivery.state', '!=', 'parked')
    .executeTakeFirstOrThrow();
  return many;
}

export async function fixedOffers(
  { db }: StoreContext,
  { node, decidedAt, id }: Refusal,
): Promise<ExplainedFigure | undefined> {
  const own = await db.selectFrom('decision').select('trust').where('id', '=', id).executeTakeFirst();
  if (node === null || own?.trust !== 'fixed') return undefined;
  const { many } = await db
    .selectFrom('decision')
    .select(({ fn }) => [fn.countAll<number>().as('many')])
    .where('node_id', '=', node)
    .where('trust', '=', sql.lit('fixed'))
    .where('outcome', '=', 'granted')
    .where('decided_at', '>', decidedAt - HOUR_MS)
    .where('decided_at', '<=', decidedAt)
    .executeTakeFirstOrThrow();
  return { kind: 'fixed', given: many, of: FIXED_OFFERS_PER_NODE_HOUR };
}

/** What LINE had said last of the month's messages. */
export async function quotaFigure({ db }: StoreContext, { decidedAt }: Refusal): Promise<ExplainedFigure | undefined> {
  const reading = await db
    .selectFrom('line_quota_reading')
    .selectAll()
    .where('at', '<=', decidedAt)
    .orderBy('at', 'desc')
    .executeTakeFirst();
  if (reading === undefined || reading.most === null) return undefined;
  return { kind: 'quota', used: reading.used, most: reading.most, readAt: reading.at };
}
