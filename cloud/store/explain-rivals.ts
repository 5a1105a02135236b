import { sql } from 'kysely';
import type { ExplainedFigure } from '../core/explain.ts';
import { present, type StoreContext } from './context.ts';
import type { Refusal } from './explain-refusal.ts';

/** What stood in the way of a decision, where it is a row of its own: a pause, a coupon, another decision. */

/** Nothing where it was running then, as far as anybody stopped it: its dates say the rest. */
export async function stoppedBy(
  { db }: StoreContext,
  { campaign, decidedAt }: Refusal,
): Promise<ExplainedFigure | undefined> {
  const last = await db
    .selectFrom('audit')
    .select(['action', 'at', 'by_name', 'why'])
    .where('subject_kind', '=', 'Campaign')
    .where('subject_id', '=', campaign)
    .where('action', 'in', ['pause', 'resume', 'end'])
    .where('at', '<=', decidedAt)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.action !== 'pause' && last?.action !== 'end') return undefined;
  return { kind: 'stopped', how: last.action, at: last.at, by: last.by_name, ...present({ why: last.why }) };
}

export async function heldBy(
  { db }: StoreContext,
  { member, campaign, decidedAt }: Refusal,
): Promise<ExplainedFigure | undefined> {
  const held = await db
    .selectFrom('coupon')
    .select(['id', 'issued_at'])
    .where('member_id', '=', member ?? '')
    .where('campaign_id', '=', campaign)
    .where('issued_at', '<=', decidedAt)
    .where('expires_at', '>', decidedAt)
    .orderBy('issued_at', 'desc')
    .executeTakeFirst();
  return held && { kind: 'held', coupon: held.id, since: held.issued_at };
}

export async function weighedBefore(
  { db }: StoreContext,
  { id, visit, campaign, decidedAt }: Refusal,
): Promise<ExplainedFigure | undefined> {
  if (visit === null) return undefined;
  const first = await db
    .selectFrom('decision')
    .select(['decided_at', 'outcome'])
    .where('visit_id', '=', visit)
    .where('campaign_id', '=', campaign)
    .where('weighed', '=', sql.lit(1))
    .where('id', '!=', id)
    .where('decided_at', '<=', decidedAt)
    .orderBy('decided_at')
    .executeTakeFirst();
  return first && { kind: 'weighed', at: first.decided_at, outcome: first.outcome };
}

export async function winnerOver({ db }: StoreContext, { eventId }: Refusal): Promise<ExplainedFigure | undefined> {
  const winner = await db
    .selectFrom('decision')
    .select('campaign_id')
    .where('event_id', '=', eventId)
    .where('outcome', '!=', 'refused')
    .executeTakeFirst();
  return winner && { kind: 'winner', campaign: winner.campaign_id };
}
