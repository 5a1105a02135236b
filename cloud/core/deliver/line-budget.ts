import { type EpochMs, epochMs } from '../../../protocol/units.ts';

/**
 * How many calls an endpoint of LINE may still get at this moment: a token bucket all senders of an account share, and
 * the pause LINE asked for with a 429.
 *
 *   open ──rate limited──► paused (1 s, twice as long each time) ──time──► open ──a pause's length without──► forgiven
 *
 * Invariant: whoever calls has taken its token first, in the transaction of its claim; so however many senders there
 * are, together they stay below the rate.
 */
export interface LineBudget {
  /** Thousandths of a call, so that a millisecond's worth is a whole number at any rate. */
  readonly milliTokens: number;
  readonly at: EpochMs;
  /** Never further from `at` than the longest pause. */
  readonly pausedUntil: EpochMs;
  /** Pauses one after the other. */
  readonly strikes: number;
}

export type LineEndpoint = 'reply' | 'push' | 'multicast';

interface LineRate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * LINE lets 2,000 a second through, of multicasts 200, and keeps a bucket of its own for each. Ours is filled a little slower,
 * since two clocks count, and holds a fifth of a second only: calls that were held up on the way arrive together, and
 * what LINE's larger bucket has above ours absorbs them.
 */
export const LINE_RATES: Readonly<Record<LineEndpoint, LineRate>> = {
  reply: { perSecond: 1_980, burst: 400 },
  push: { perSecond: 1_980, burst: 400 },
  multicast: { perSecond: 198, burst: 40 },
};

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/**
 * Clocks of machines that send together differ by less: the leases on what is being sent are half a minute long. Were
 * they further apart, each would move the budget to its own time and find it filled anew.
 */
const MOST_AHEAD_MS = 5_000;

export const fullBudget = (rate: LineRate, now: EpochMs): LineBudget => ({
  milliTokens: rate.burst * 1_000,
  at: now,
  pausedUntil: epochMs(0),
  strikes: 0,
});

/**
 * The budget as it is by now. A clock that lags behind whoever came before gains nothing. One that lags further than
 * clocks differ has been set back, or the other was wrong: the budget, its pause included, is moved to this one, for
 * until it had caught up nothing at all would be sent. What is moved must be saved, or it would be moved for ever.
 */
export function refill(budget: LineBudget, rate: LineRate, now: EpochMs): LineBudget {
  const aheadMs = budget.at - now;
  if (aheadMs > MOST_AHEAD_MS) return { ...budget, at: now, pausedUntil: epochMs(budget.pausedUntil - aheadMs) };
  const at = epochMs(Math.max(budget.at, now));
  const gained = (at - budget.at) * rate.perSecond;
  return { ...budget, at, milliTokens: Math.min(rate.burst * 1_000, budget.milliTokens + gained) };
}

/** Calls that may be made now. */
export const callsLeft = ({ milliTokens, pausedUntil }: LineBudget, now: EpochMs): number =>
  now < pausedUntil ? 0 : Math.max(0, Math.floor(milliTokens / 1_000));

export const spend = (budget: LineBudget, calls: number): LineBudget => ({
  ...budget,
  milliTokens: budget.milliTokens - calls * 1_000,
});

/** When at least one call may be made. */
export function openAt({ milliTokens, at, pausedUntil }: LineBudget, rate: LineRate): EpochMs {
  const missing = Math.max(0, 1_000 - milliTokens);
  return epochMs(Math.max(pausedUntil, at + Math.ceil(missing / rate.perSecond)));
}

/**
 * What answers mean for everybody's next calls: `limited` of them were turned away as too many, `passed` were not.
 * Answers that come while paused belong to calls made before and add nothing. `random` in [0, 1).
 */
export function learn(
  budget: LineBudget,
  answers: { readonly limited: number; readonly passed: number },
  now: EpochMs,
  random: number,
): LineBudget {
  if (answers.limited > 0) {
    if (now < budget.pausedUntil) return budget;
    const strikes = budget.strikes + 1;
    const pause = pauseMs(strikes) * (0.75 + random / 4);
    return { milliTokens: 0, at: budget.at, strikes, pausedUntil: epochMs(Math.ceil(now + pause)) };
  }
  const quietFor = now - budget.pausedUntil;
  return answers.passed > 0 && budget.strikes > 0 && quietFor > pauseMs(budget.strikes)
    ? { ...budget, strikes: 0 }
    : budget;
}

const pauseMs = (strikes: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (strikes - 1));
