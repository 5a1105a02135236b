import type { EpochMs } from '../../protocol/units.ts';
import { budgeted, usedUpAt } from './forecast-budget.ts';
import type { Most } from './forecast-most.ts';
import type { CampaignSpec } from './manifest/campaign.ts';

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
  readonly timeZone: string;
  /** Sent once, to so many. */
  readonly once: number;
  readonly onceAt: EpochMs;
  readonly stockLeft: number | undefined;
  readonly budget: CampaignSpec['limits']['messages'];
  /** Of the budget, in the day or month in which it begins. */
  readonly budgetLeft: number;
  readonly most: Most | undefined;
}

/** What rates come to between two times, as far as limits, stock and budget let them. Whole numbers. */
export function expected(rates: Rates, holds: Holds) {
  const { from, until, once, onceAt, stockLeft, budget, budgetLeft, most } = holds;
  const ahead = (until - from) / DAY_MS;
  const atMost = most?.given ?? Number.POSITIVE_INFINITY;
  const perDay = heldTo(atMost - Math.min(once, atMost), rates, ahead);
  const wanted = perDay.given * ahead + Math.min(once, atMost);
  const share = stockLeft === undefined || wanted === 0 ? 1 : Math.min(1, stockLeft / wanted);
  const stockOutAt =
    share < 1 ? usedUpAt((stockLeft ?? 0) - once, perDay.given, { start: from, dueAt: onceAt }) : undefined;

  const unbounded = perDay.pushes * ahead + once;
  const { pushes: mayPush, outAt: budgetOutAt } =
    budget === undefined
      ? { pushes: unbounded }
      : budgeted({ perDay: perDay.pushes, once, onceAt, atMost }, budget, budgetLeft, holds);

  const replies = Math.round(perDay.replies * ahead * share);
  const pushes = Math.round(Math.min(mayPush, unbounded * share, atMost));
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
