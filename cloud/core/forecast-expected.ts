import { type EpochMs, epochMs } from '../../protocol/units.ts';
import type { Most } from './forecast-most.ts';
import type { CampaignSpec } from './manifest/campaign.ts';
import type { PlannedCampaign } from './plan.ts';

const DAY_MS = 86_400_000;

/** A day. */
export interface Rates {
  readonly given: number;
  readonly replies: number;
  readonly pushes: number;
}

/** What a campaign runs into. */
export interface Holds {
  readonly from: EpochMs;
  readonly until: EpochMs;
  /** Sent once, to so many. */
  readonly once: number;
  readonly stockLeft: number | undefined;
  readonly budget: CampaignSpec['limits']['messages'];
  readonly messagesLeft: PlannedCampaign['messages'];
  readonly most: Most | undefined;
}

/** What rates come to between two times, as far as limits, stock and budget let them. Whole numbers. */
export function expected(rates: Rates, { from, until, once, stockLeft, budget, messagesLeft, most }: Holds) {
  const ahead = (until - from) / DAY_MS;
  const atMost = most?.given ?? Number.POSITIVE_INFINITY;
  const perDay = heldTo(atMost - Math.min(once, atMost), rates, ahead);
  const wanted = perDay.given * ahead + Math.min(once, atMost);
  const share = stockLeft === undefined || wanted === 0 ? 1 : Math.min(1, stockLeft / wanted);
  const stockOutAt = share < 1 ? outAt(from, stockLeft ?? 0, once, perDay.given) : undefined;

  const periodDays = budget?.per === 'day' ? 1 : 30;
  const left = messagesLeft?.left ?? budget?.max ?? 0;
  const inPeriod = Math.min(once + perDay.pushes * Math.min(ahead, periodDays), atMost);
  const budgetOutAt = budget !== undefined && inPeriod > left ? outAt(from, left, once, perDay.pushes) : undefined;
  const laterPeriods = Math.max(0, Math.ceil(ahead / periodDays) - 1);
  const mostPushes = budget === undefined ? Number.POSITIVE_INFINITY : left + budget.max * laterPeriods;

  const replies = Math.round(perDay.replies * ahead * share);
  const pushes = Math.round(Math.min(mostPushes, (perDay.pushes * ahead + once) * share, atMost));
  return {
    // Each is told by a message, so that without one nothing is given.
    given: Math.min(Math.round(wanted * share), replies + pushes),
    replies,
    pushes,
    ...(stockOutAt !== undefined && { stockOutAt }),
    ...(budgetOutAt !== undefined && { budgetOutAt }),
    isHeldBack: rates.given * ahead + once > atMost,
  };
}

/** As often as people come, or so rarely that no more than `atMost` are given. */
function heldTo(atMost: number, { given, replies, pushes }: Rates, ahead: number): Rates {
  const share = given * ahead <= atMost ? 1 : atMost / (given * ahead);
  return { given: given * share, replies: replies * share, pushes: pushes * share };
}

function outAt(from: EpochMs, left: number, once: number, perDay: number): EpochMs {
  if (left <= once || perDay === 0) return from;
  return epochMs(Math.round(from + ((left - once) / perDay) * DAY_MS));
}
