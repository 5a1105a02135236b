import { addMoney, type Money } from './money.ts';

/**
 * What a report counts. Some are parts of others, which `tally.test.ts` holds them to: heard is granted, reissued,
 * deferred, ghost and refused; granted is accepted, waiting, unknown, expired, parked and unsent.
 */
export const COUNTS = [
  // Decisions
  'heard',
  'decided',
  'granted',
  'reissued',
  'deferred',
  'ghost',
  'refused',
  // What became of the messages of what was granted
  'accepted',
  'waiting',
  'unknown',
  'expired',
  'parked',
  'unsent',
  'takenBack',
  // What people did with it
  'opened',
  'redeemed',
  'joined',
  'bound',
  // At a door
  'signals',
  'signed',
  'fixed',
  'unproven',
  'late',
  'visits',
  'footfall',
  // At a till
  'redeemedHere',
  'sales',
  'salesByCoupon',
  'salesByVisit',
  'salesUnattributed',
] as const;
export type Count = (typeof COUNTS)[number];

/** Counts and sums that can be added: of a shop, a day, a campaign, or of all of them. Absent is none. */
export interface Tally {
  readonly counts: Readonly<Partial<Record<Count, number>>>;
  /** Refused, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Messages given up, by reason. */
  readonly parked: Readonly<Record<string, number>>;
  readonly cost: Money;
  readonly revenue: Money;
}

export const NOTHING: Tally = { counts: {}, reasons: {}, parked: {}, cost: {}, revenue: {} };

export const tally = (part: Partial<Tally>): Tally => ({ ...NOTHING, ...part });

export const addTally = (one: Tally, other: Tally): Tally => ({
  counts: addCounts(one.counts, other.counts),
  reasons: addMoney(one.reasons, other.reasons),
  parked: addMoney(one.parked, other.parked),
  cost: addMoney(one.cost, other.cost),
  revenue: addMoney(one.revenue, other.revenue),
});

function addCounts(one: Tally['counts'], other: Tally['counts']): Tally['counts'] {
  const sum: Partial<Record<Count, number>> = { ...one };
  for (const [count, many] of Object.entries(other) as [Count, number][]) sum[count] = (sum[count] ?? 0) + many;
  return sum;
}
