import type { StoreId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import { periodName, periodStart } from '../core/calendar.ts';
import { capChecks } from '../core/decide/caps.ts';
import { quietRule } from '../core/decide/quiet.ts';
import { freshForMs } from '../core/decide/route.ts';
import type { ExplainedFigure } from '../core/explain.ts';
import { present, type StoreContext } from './context.ts';
import type { Shortfall } from './explain-audience.ts';
import { capFigure, fixedOffers, givenBy, pushesSince, quotaFigure } from './explain-counts.ts';
import { housePolicy, type Refusal, weighedCandidate } from './explain-refusal.ts';
import { heldBy, stoppedBy, weighedBefore, winnerOver } from './explain-rivals.ts';

/** What the gate looked at when it said no, read again as of then; nothing for reasons that have nothing behind them. */
export async function figureOf(
  context: StoreContext,
  decision: Refusal,
  shortfall: Shortfall,
): Promise<ExplainedFigure | undefined> {
  const { reason, decidedAt } = decision;
  const weighed = await weighedCandidate(context, decision);
  if (weighed === undefined) return undefined;
  const { candidate, spec, clock } = weighed;
  const { timeZone } = clock;
  const now = epochMs(decidedAt);
  switch (reason) {
    case 'cap_member':
    case 'cap_member_campaign':
    case 'cap_member_store':
    case 'cap_campaign':
    case 'cap_global': {
      const store = (decision.store as StoreId | null) ?? undefined;
      const checks = capChecks(candidate, store, await housePolicy(context), clock, now);
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
    case 'quota_exhausted':
      return await quotaFigure(context, decision);
    case 'quiet_hours':
    case 'quiet_hours_deferred': {
      const rule = quietRule(candidate, clock, await housePolicy(context));
      return rule && { kind: 'quiet', ...rule.hours, whose: rule.whose, timeZone };
    }
    case 'outside_window':
      return { kind: 'window', timeZone, ...present({ days: spec.active.days, ...spec.active.hours }) };
    case 'audience_mismatch':
      return spec.audience && (await shortfall(decision, spec.audience, timeZone));
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
