import type { Money } from './money.ts';

/**
 * What an offer changed: people of the campaign's experiment who could get it, beside those who by the same rules would
 * have got it and by design did not. Everybody counts in the arm they were put into, whether or not a message came
 * through, from the moment they were first exposed.
 *
 * Proportions: Newcombe's hybrid score interval (1998, method 10) of two Wilson intervals, which stays within −1…1 and
 * is right where few people bought. Revenue: Welch's interval of the difference of means, in the normal approximation.
 */
export interface Arm {
  readonly members: number;
  /** Who bought something within the window. */
  readonly buyers: number;
  /** By currency: sum and sum of squares of what each member spent, minor units. */
  readonly spent: Readonly<Record<string, { readonly sum: number; readonly squares: number }>>;
}

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export type Verdict = 'more' | 'less' | 'chance' | 'too_few';

export interface Uplift {
  readonly campaign: string;
  /** How long after the exposure a purchase counts. */
  readonly windowMs: number;
  readonly treated: ArmShown;
  readonly control: ArmShown;
  /** Share of buyers, treated less control; 95 %. Absent where an arm is empty. */
  readonly difference?: Estimate;
  readonly verdict: Verdict;
  /** Of `too_few`: how many people each arm has to have before it can mean anything. */
  readonly wanted?: number;
  /** Minor units a member, treated less control; 95 %. By currency, where both arms are large enough. */
  readonly revenuePerMember?: Readonly<Record<string, Estimate>>;
}

interface ArmShown {
  readonly members: number;
  readonly buyers: number;
  readonly spent: Money;
}

/** 95 %, two-sided. */
const Z = 1.959964;
/** Below, neither interval nor person should be trusted to say anything. */
export const LEAST_MEMBERS = 30;
const LEAST_BUYERS = 5;

export const NO_ARM: Arm = { members: 0, buyers: 0, spent: {} };

export function upliftOf(campaign: string, windowMs: number, treated: Arm, control: Arm): Uplift {
  const shown = { campaign, windowMs, treated: show(treated), control: show(control) };
  if (treated.members === 0 || control.members === 0) {
    return { ...shown, verdict: 'too_few', wanted: LEAST_MEMBERS };
  }
  const difference = differenceOfShares(treated, control);
  const isFew =
    Math.min(treated.members, control.members) < LEAST_MEMBERS || treated.buyers + control.buyers < LEAST_BUYERS;
  if (isFew) return { ...shown, difference, verdict: 'too_few', wanted: wantedFor(treated, control) };
  const revenuePerMember = revenueOf(treated, control);
  return {
    ...shown,
    difference,
    verdict: difference.low > 0 ? 'more' : difference.high < 0 ? 'less' : 'chance',
    ...(Object.keys(revenuePerMember).length > 0 && { revenuePerMember }),
  };
}

const show = ({ members, buyers, spent }: Arm): ArmShown => ({
  members,
  buyers,
  spent: Object.fromEntries(Object.entries(spent).map(([currency, { sum }]) => [currency, sum])),
});

/** Wilson's score interval of a share. */
export function wilson(hits: number, of: number): Estimate {
  const share = hits / of;
  const centre = share + (Z * Z) / (2 * of);
  const reach = Z * Math.sqrt((share * (1 - share) + (Z * Z) / (4 * of)) / of);
  const whole = 1 + (Z * Z) / of;
  return { value: share, low: Math.max(0, (centre - reach) / whole), high: Math.min(1, (centre + reach) / whole) };
}

type Shares = Pick<Arm, 'members' | 'buyers'>;

/** Newcombe's interval of the difference of two shares. */
export function differenceOfShares(treated: Shares, control: Shares): Estimate {
  const one = wilson(treated.buyers, treated.members);
  const other = wilson(control.buyers, control.members);
  const value = one.value - other.value;
  return {
    value,
    low: Math.max(-1, value - Math.hypot(one.value - one.low, other.high - other.value)),
    high: Math.min(1, value + Math.hypot(one.high - one.value, other.value - other.low)),
  };
}

/** Enough to tell a difference as large as the one seen in four of five tries, and never fewer than the least. */
function wantedFor(treated: Shares, control: Shares): number {
  const one = treated.buyers / treated.members;
  const other = control.buyers / control.members;
  if (one === other) return LEAST_MEMBERS;
  const power = 0.841621;
  const spread = one * (1 - one) + other * (1 - other);
  return Math.max(LEAST_MEMBERS, Math.ceil(((Z + power) ** 2 * spread) / (one - other) ** 2));
}

function revenueOf(treated: Arm, control: Arm): Record<string, Estimate> {
  const currencies = [...new Set([...Object.keys(treated.spent), ...Object.keys(control.spent)])].sort();
  return Object.fromEntries(currencies.map((currency) => [currency, meanDifference(treated, control, currency)]));
}

function meanDifference(treated: Arm, control: Arm, currency: string): Estimate {
  const one = meanOf(treated, currency);
  const other = meanOf(control, currency);
  const value = one.mean - other.mean;
  const reach = Z * Math.sqrt(one.variance / treated.members + other.variance / control.members);
  return { value, low: value - reach, high: value + reach };
}

function meanOf({ members, spent }: Arm, currency: string): { readonly mean: number; readonly variance: number } {
  const { sum, squares } = spent[currency] ?? { sum: 0, squares: 0 };
  const mean = sum / members;
  // Rounding may leave a hair less than nothing.
  return { mean, variance: Math.max(0, (squares - sum * mean) / (members - 1)) };
}
