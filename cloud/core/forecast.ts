import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { endOfDate, instantOf, startOfDate } from './calendar.ts';
import type { CampaignSpec } from './manifest/campaign.ts';
import { triggerFor, triggersOf } from './manifest/trigger.ts';
import type { PlannedCampaign } from './plan.ts';
import type { CampaignTally } from './replay/tally.ts';

/** What a campaign comes to over its own time, if people go on coming as they did. */
export interface Forecast {
  readonly from: EpochMs;
  readonly until: EpochMs;
  /** Its file names no end, or a later one: only so far is looked ahead. */
  readonly open: boolean;
  /** Of coupons and messages, over the whole time; whole numbers. */
  readonly given: number;
  readonly replies: number;
  readonly pushes: number;
  /** When the stock is gone; absent where it lasts, or there is no limit. */
  readonly stockOutAt?: EpochMs;
  /** When the budget of messages is used up first; the next day or month begins anew. */
  readonly budgetOutAt?: EpochMs;
  /** Nothing was recorded from which a rate would follow. */
  readonly blind: boolean;
}

const DAY_MS = 86_400_000;
/** Looked ahead where a campaign has no end. */
const AHEAD_MS = 30 * DAY_MS;
/** Less than this says nothing about a day. */
const LEAST_MS = 3_600_000;

type Tally = Pick<CampaignTally, 'outcomes' | 'reasons' | 'messages' | 'decisions'> & {
  readonly ranOutAt?: number | undefined;
};

/**
 * Scales what was judged over `span` to the days a campaign runs. `recorded`: absent where nobody came its way. What is
 * sent once and to everybody says nothing about a day.
 */
export function forecast(
  spec: Pick<CampaignSpec, 'active' | 'limits' | 'trigger'>,
  planned: Pick<PlannedCampaign, 'audience'> & {
    readonly stock?: PlannedCampaign['stock'] | undefined;
    readonly messages?: PlannedCampaign['messages'] | undefined;
  },
  recorded: Tally | undefined,
  span: { readonly since: number; readonly until: number; readonly now: EpochMs; readonly timeZone: string },
): Forecast {
  const { now, timeZone } = span;
  const from = epochMs(Math.max(now, spec.active.from === undefined ? now : startOfDate(spec.active.from, timeZone)));
  const end = spec.active.until === undefined ? undefined : endOfDate(spec.active.until, timeZone);
  const until = epochMs(Math.max(from, Math.min(end ?? Number.POSITIVE_INFINITY, from + AHEAD_MS)));
  const once = runsOnce(spec, { from, until, timeZone }) ? planned.audience.reachable : 0;

  const onlyOnce = triggersOf(spec).every((trigger) => trigger.on === 'schedule' && trigger.at !== undefined);
  const tally = onlyOnce ? undefined : recorded;
  const days = Math.max(LEAST_MS, span.until - span.since) / DAY_MS;
  const untilOut = Math.max(LEAST_MS, (tally?.ranOutAt ?? span.until) - span.since) / DAY_MS;
  const perDay = {
    given: (tally?.outcomes.granted ?? 0) / untilOut,
    replies: (tally?.messages.reply ?? 0) / untilOut,
    // Those its budget refused then show how many it takes.
    pushes: ((tally?.messages.push ?? 0) + (tally?.reasons.budget_exhausted ?? 0)) / Math.min(days, untilOut),
  };
  const ahead = (until - from) / DAY_MS;
  const given = perDay.given * ahead + once;
  const share = planned.stock === undefined || given === 0 ? 1 : Math.min(1, planned.stock.left / given);
  const stockOutAt = share < 1 ? outAt(from, planned.stock?.left ?? 0, once, perDay.given) : undefined;
  const budget = spec.limits.messages;
  const left = planned.messages?.left ?? budget?.max ?? 0;
  const wanted = once + perDay.pushes * Math.min(ahead, budget?.per === 'day' ? 1 : 30);
  const budgetOutAt = budget !== undefined && wanted > left ? outAt(from, left, once, perDay.pushes) : undefined;
  const mostPushes =
    budget === undefined
      ? Number.POSITIVE_INFINITY
      : left + budget.max * Math.max(0, Math.ceil(ahead / (budget.per === 'day' ? 1 : 30)) - 1);
  return {
    ...{ from, until, open: end === undefined || end > until },
    given: Math.round(given * share),
    replies: Math.round(perDay.replies * ahead * share),
    pushes: Math.round(Math.min(mostPushes, (perDay.pushes * ahead + once) * share)),
    ...(stockOutAt !== undefined && { stockOutAt }),
    ...(budgetOutAt !== undefined && { budgetOutAt }),
    blind: once === 0 && (recorded?.decisions ?? 0) === 0,
  };
}

function outAt(from: EpochMs, left: number, once: number, perDay: number): EpochMs {
  if (left <= once || perDay === 0) return from;
  return epochMs(Math.round(from + ((left - once) / perDay) * DAY_MS));
}

function runsOnce(
  spec: Pick<CampaignSpec, 'trigger'>,
  { from, until, timeZone }: { readonly from: EpochMs; readonly until: EpochMs; readonly timeZone: string },
): boolean {
  const at = triggerFor(spec, 'schedule')?.at;
  if (at === undefined) return false;
  const due = instantOf(at.date, at.minute, timeZone);
  return due >= from && due < until;
}

/** The end of the month LINE counts in. */
export function quotaMonthEnd(now: EpochMs): EpochMs {
  const japan = new Date(now + 9 * 3_600_000);
  return epochMs(Date.UTC(japan.getUTCFullYear(), japan.getUTCMonth() + 1, 1) - 9 * 3_600_000);
}

/** How much of a forecast falls before `end`. */
export const shareBefore = ({ from, until }: Pick<Forecast, 'from' | 'until'>, end: EpochMs): number =>
  until <= from ? 1 : Math.min(1, Math.max(0, (end - from) / (until - from)));
