import { sql } from 'kysely';
import type { StoreId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import { periodName, periodStart } from '../core/calendar.ts';
import { type CapCheck, capChecks, FIXED_OFFERS_PER_NODE_HOUR } from '../core/decide/caps.ts';
import { clockOf } from '../core/decide/clock.ts';
import { quietRule } from '../core/decide/quiet.ts';
import type { RefusalReason } from '../core/decide/reasons.ts';
import { freshForMs } from '../core/decide/route.ts';
import type { Ear } from '../core/decide/types.ts';
import type { ExplainedFigure } from '../core/explain.ts';
import type { CampaignId } from '../core/ids.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import type { PolicySpec } from '../core/manifest/policy.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { present, type StoreContext } from './context.ts';
import { homeOf } from './home.ts';

/** A decision whose reason has a number behind it. */
export interface FigureOf {
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

const HOUR_MS = 3_600_000;

/** What the gate looked at when it said no, counted again as of then; nothing for reasons that have no number. */
export async function figureOf(context: StoreContext, decision: FigureOf): Promise<ExplainedFigure | undefined> {
  const { db } = context;
  const { reason, decidedAt } = decision;
  const spec = await specOf(context, decision);
  if (spec === undefined) return undefined;
  const store = decision.store ?? spec.home ?? null;
  const row =
    store === null ? undefined : await db.selectFrom('store').select('spec').where('id', '=', store).executeTakeFirst();
  const home =
    store !== null && row !== undefined ? homeOf(store, JSON.parse(row.spec) as StoreManifest['spec']) : undefined;
  const candidate = {
    campaignId: decision.campaign as CampaignId,
    version: decision.version,
    state: 'running' as const,
    spec,
    ...(home && { home }),
  };
  const clock = clockOf(candidate, undefined);
  const { timeZone } = clock;
  const now = epochMs(decidedAt);
  switch (reason) {
    case 'cap_member':
    case 'cap_member_campaign':
    case 'cap_member_store':
    case 'cap_campaign':
    case 'cap_global': {
      const checks = capChecks(
        candidate,
        (decision.store as StoreId | undefined) ?? undefined,
        await policyOf(context),
        clock,
        now,
      );
      return await capFigure(
        context,
        decision,
        checks.filter((check) => check.reason === reason),
      );
    }
    case 'stock_exhausted':
      if (spec.limits.stock === undefined) return undefined;
      return { kind: 'stock', given: await givenBy(context, decision), of: spec.limits.stock };
    case 'budget_exhausted': {
      const { messages } = spec.limits;
      if (messages === undefined) return undefined;
      const used = await pushesSince(context, decision, periodStart(now, messages.per, timeZone));
      return { kind: 'budget', used, of: messages.max, period: periodName(now, messages.per, timeZone) };
    }
    case 'quota_exhausted': {
      const reading = await db
        .selectFrom('line_quota_reading')
        .selectAll()
        .where('at', '<=', decidedAt)
        .orderBy('at', 'desc')
        .executeTakeFirst();
      if (reading === undefined || reading.most === null) return undefined;
      return { kind: 'quota', used: reading.used, most: reading.most, readAt: reading.at };
    }
    case 'quiet_hours':
    case 'quiet_hours_deferred': {
      const rule = quietRule(candidate, clock, await policyOf(context));
      return rule && { kind: 'quiet', ...rule.hours, whose: rule.whose, timeZone };
    }
    case 'outside_window':
      return { kind: 'window', timeZone, ...present({ days: spec.active.days, ...spec.active.hours }) };
    case 'campaign_inactive': {
      const stopped = await stoppedBy(context, decision);
      if (stopped !== undefined) return stopped;
      const { from, until } = spec.active;
      return from === undefined && until === undefined
        ? undefined
        : { kind: 'dates', timeZone, ...present({ from, until }) };
    }
    case 'late_event':
      return { kind: 'late', freshForMs: freshForMs(decision, candidate), ...present({ ageMs: decision.ageMs }) };
    case 'render_error':
      return decision.complaint === null ? undefined : { kind: 'template', complaint: decision.complaint };
    case 'already_has_coupon':
      return await heldBy(context, decision);
    case 'visit_continues':
      return await weighedBefore(context, decision);
    case 'lost_to_priority':
    case 'excluded_by_group':
      return await winnerOver(context, decision);
    case 'untrusted_beacon':
      return await fixedOffers(context, decision);
    default:
      return undefined;
  }
}

async function specOf({ db }: StoreContext, { campaign, version }: FigureOf): Promise<CampaignSpec | undefined> {
  const row = await db
    .selectFrom('campaign_version')
    .select('spec')
    .where('campaign_id', '=', campaign)
    .where('version', '=', version)
    .executeTakeFirst();
  return row && (JSON.parse(row.spec) as CampaignSpec);
}

async function policyOf({ db }: StoreContext): Promise<PolicySpec | undefined> {
  const row = await db.selectFrom('document').select('spec').where('kind', '=', 'Policy').executeTakeFirst();
  return row && (JSON.parse(row.spec) as PolicySpec);
}

/** The first cap that was reached then; where rows changed since, the first there is. */
async function capFigure(
  context: StoreContext,
  decision: FigureOf,
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
  decision: FigureOf,
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

async function givenBy({ db }: StoreContext, { campaign, decidedAt }: FigureOf): Promise<number> {
  const { many } = await db
    .selectFrom('coupon')
    .select(({ fn }) => [fn.countAll<number>().as('many')])
    .where('campaign_id', '=', campaign)
    .where('issued_at', '<=', decidedAt)
    .where('state', '!=', 'revoked')
    .executeTakeFirstOrThrow();
  return many;
}

async function pushesSince({ db }: StoreContext, { campaign, decidedAt }: FigureOf, since: number): Promise<number> {
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

/** Nothing where it was running then, as far as anybody stopped it: its dates say the rest. */
async function stoppedBy(
  { db }: StoreContext,
  { campaign, decidedAt }: FigureOf,
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

async function heldBy(
  { db }: StoreContext,
  { member, campaign, decidedAt }: FigureOf,
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

async function weighedBefore(
  { db }: StoreContext,
  { id, visit, campaign, decidedAt }: FigureOf,
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

async function winnerOver({ db }: StoreContext, { eventId }: FigureOf): Promise<ExplainedFigure | undefined> {
  const winner = await db
    .selectFrom('decision')
    .select('campaign_id')
    .where('event_id', '=', eventId)
    .where('outcome', '!=', 'refused')
    .executeTakeFirst();
  return winner && { kind: 'winner', campaign: winner.campaign_id };
}

async function fixedOffers(
  { db }: StoreContext,
  { node, decidedAt, id }: FigureOf,
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
