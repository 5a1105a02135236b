import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { endOfDate, instantOf, periodStart, startOfDate } from './calendar.ts';
import { mayPush } from './decide/route.ts';
import { type Basis, type Range, spreadOf, worthOf } from './forecast-basis.ts';
import { expected, type Rates } from './forecast-expected.ts';
import { type Most, mostGiven } from './forecast-most.ts';
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
  /** Too little was recorded for a rate to follow; what is counted is none of it. */
  readonly blind: boolean;
  readonly basis: Basis;
  /** Where it is a guess. */
  readonly range?: { readonly given: Range; readonly pushes: Range };
  /** The limit that holds it back, where people would come more often. */
  readonly most?: Most;
}

const DAY_MS = 86_400_000;
/** Looked ahead where a campaign has no end. */
const AHEAD_MS = 30 * DAY_MS;
/** Less than this before all was gone says nothing about a day. */
const LEAST_MS = 3_600_000;

type Tally = Pick<CampaignTally, 'outcomes' | 'reasons' | 'messages' | 'decisions'> & {
  readonly ranOutAt?: number | undefined;
};

/**
 * Scales what was judged over `span` to the days a campaign runs, as far as its limits and the people there are let it.
 * `recorded`: absent where nobody came its way. What is sent once and to everybody says nothing about a day.
 */
export function forecast(
  spec: Pick<CampaignSpec, 'active' | 'limits' | 'trigger' | 'delivery'>,
  planned: Pick<PlannedCampaign, 'audience' | 'mostPeople'> & {
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
  const onceAt = onceIn(spec, { from, until, timeZone });
  const once = onceAt === undefined ? 0 : planned.audience.reachable;
  const onlyOnce = triggersOf(spec).every((trigger) => trigger.on === 'schedule' && trigger.at !== undefined);
  const wasMet = (recorded?.decisions ?? 0) > 0;
  const basis: Basis = onlyOnce ? 'people' : wasMet ? worthOf(span.until - span.since) : 'nothing';
  const budget = spec.limits.messages;
  const isOfNow = budget !== undefined && periodStart(from, budget.per, timeZone) <= now;
  const holds = {
    ...{ from, until, timeZone, once, onceAt: onceAt ?? from, budget },
    most: mostGiven(spec, planned.mostPeople, { from, until, timeZone }),
    stockLeft: planned.stock?.left,
    budgetLeft: (isOfNow ? planned.messages?.left : undefined) ?? budget?.max ?? 0,
  };
  const rates = ratesOf(basis === 'guess' || basis === 'record' ? recorded : undefined, {
    ...span,
    canPush: mayPush({ spec }),
  });
  const { isHeldBack, ...figures } = expected(rates.told, holds);
  const [low, high] = [expected(rates.least, holds), expected(rates.most, holds)];
  return {
    ...{ from, until, open: end === undefined || end > until, ...figures, basis },
    blind: once === 0 && (!wasMet || basis === 'too_little'),
    ...(basis === 'guess' && {
      range: {
        given: { least: low.given, most: high.given },
        pushes: { least: low.pushes, most: high.pushes },
      },
    }),
    ...((isHeldBack || (basis === 'guess' && high.isHeldBack)) && holds.most && { most: holds.most }),
  };
}

/** By the time before all was gone; those a budget refused then show how many it takes. */
function ratesOf(
  tally: Tally | undefined,
  { since, until, canPush }: { readonly since: number; readonly until: number; readonly canPush: boolean },
): Readonly<Record<'told' | keyof Range, Rates>> {
  const days = (until - since) / DAY_MS;
  const untilOut = Math.max(LEAST_MS, (tally?.ranOutAt ?? until) - since) / DAY_MS;
  const granted = tally?.outcomes.granted ?? 0;
  const pushed = (tally?.messages.push ?? 0) + (tally?.reasons.budget_exhausted ?? 0);
  const at = (times: number): Rates => ({
    given: (granted * times) / untilOut,
    replies: ((tally?.messages.reply ?? 0) * times) / untilOut,
    pushes: (pushed * times) / Math.min(days, untilOut),
  });
  if (tally === undefined || days <= 0) return { told: NONE, least: NONE, most: NONE };
  const { least, most } = spreadOf(granted);
  const few = { given: most / untilOut, replies: most / untilOut, pushes: canPush ? most / untilOut : 0 };
  return granted === 0
    ? { told: at(1), least: at(0), most: pushed > 0 ? at(1) : few }
    : { told: at(1), least: at(least / granted), most: at(most / granted) };
}

const NONE: Rates = { given: 0, replies: 0, pushes: 0 };

/** When it runs, where it does so once and within this time. */
function onceIn(
  spec: Pick<CampaignSpec, 'trigger'>,
  { from, until, timeZone }: { readonly from: EpochMs; readonly until: EpochMs; readonly timeZone: string },
): EpochMs | undefined {
  const at = triggerFor(spec, 'schedule')?.at;
  if (at === undefined) return undefined;
  const due = instantOf(at.date, at.minute, timeZone);
  return due >= from && due < until ? due : undefined;
}

/** The end of the month LINE counts in. */
export function quotaMonthEnd(now: EpochMs): EpochMs {
  const japan = new Date(now + 9 * 3_600_000);
  return epochMs(Date.UTC(japan.getUTCFullYear(), japan.getUTCMonth() + 1, 1) - 9 * 3_600_000);
}

/** How much of a forecast falls before `end`. */
export const shareBefore = ({ from, until }: Pick<Forecast, 'from' | 'until'>, end: EpochMs): number =>
  until <= from ? 1 : Math.min(1, Math.max(0, (end - from) / (until - from)));
