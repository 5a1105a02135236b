import type { MonoMs, RssiDbm } from '../../protocol/units.ts';

/** One tag's signal strength, as the average of its readings, each fading with its age. */
export interface SignalEstimate {
  readonly dbm: number;
  /** The newest reading after the outlier guard, not averaged: what the signal is now rather than lately. */
  readonly guardedDbm: number;
  readonly at: MonoMs;
  /** How many readings the average stands for, faded ones as fractions. */
  readonly weight: number;
  /** The last readings, newest first; the outlier guard compares them. */
  readonly recent: readonly { readonly dbm: RssiDbm; readonly at: MonoMs }[];
}

export interface SmoothingPolicy {
  /** Time constant of the average. */
  readonly smoothingMs: number;
  /** Readings older than this are forgotten. */
  readonly memoryMs: number;
}

/**
 * The estimate after one more reading. The outlier guard takes the median of the last three readings, which removes a
 * single reflection completely. The average fades by time, so a tag's advert rate does not matter, and it counts the
 * first reading like any other: a plain exponential average would cling to it for seconds.
 */
export function smooth(
  previous: SignalEstimate | undefined,
  dbm: RssiDbm,
  at: MonoMs,
  policy: SmoothingPolicy,
): SignalEstimate {
  const recent = [{ dbm, at }, ...(previous?.recent ?? [])].filter((r) => at - r.at <= policy.memoryMs).slice(0, 3);
  if (previous === undefined || at - previous.at > policy.memoryMs) {
    return { dbm, guardedDbm: dbm, at, weight: 1, recent };
  }
  const guardedDbm = median(recent.map((reading) => reading.dbm));
  const kept = previous.weight * Math.exp(-(at - previous.at) / policy.smoothingMs);
  const weight = kept + 1;
  return { dbm: (previous.dbm * kept + guardedDbm) / weight, guardedDbm, at, weight, recent };
}

/** Of an even count the weaker middle value: with two readings in doubt, believe the one that keeps a tag away. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NEGATIVE_INFINITY;
}
