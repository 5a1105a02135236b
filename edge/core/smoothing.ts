import type { MonoMs, RssiDbm } from '../../protocol/units.ts';

/** One tag's signal strength, as the average of its readings, each fading with its age. */
export interface SignalEstimate {
  readonly dbm: number;
  /** The newest reading after the outlier guard, not averaged: what the signal is now rather than lately. */
  readonly guardedDbm: number;
  readonly at: MonoMs;
  /** How many readings the average stands for, faded ones as fractions. */
  readonly weight: number;
  /** The last two readings as they came; the outlier guard compares them with the next. A reading of never is none. */
  readonly newestDbm: number;
  readonly newestAt: number;
  readonly olderDbm: number;
  readonly olderAt: number;
}

/** An estimate that has one owner, who takes further readings into it. */
export type OwnedSignal = { -readonly [Field in keyof SignalEstimate]: SignalEstimate[Field] };

export interface SmoothingPolicy {
  /** Time constant of the average. */
  readonly smoothingMs: number;
  /** Readings older than this are forgotten. */
  readonly memoryMs: number;
}

const NEVER = Number.NEGATIVE_INFINITY;

/** What an estimate is after a restart: its readings are not kept. */
export const resumedSignal = (dbm: number, at: MonoMs): OwnedSignal => ({
  dbm,
  guardedDbm: dbm,
  at,
  weight: 1,
  newestDbm: dbm,
  newestAt: NEVER,
  olderDbm: dbm,
  olderAt: NEVER,
});

/** The estimate after one more reading. */
export function smooth(
  previous: SignalEstimate | undefined,
  dbm: RssiDbm,
  at: MonoMs,
  policy: SmoothingPolicy,
): SignalEstimate {
  if (previous === undefined) return { ...resumedSignal(dbm, at), newestAt: at };
  const signal = { ...previous };
  takeReading(signal, dbm, at, policy);
  return signal;
}

/**
 * The same in place, for every sighting of a tag that is there. The outlier guard takes the median of the last three
 * readings, which removes a single reflection completely. The average fades by time, so a tag's advert rate does not
 * matter, and it counts the first reading like any other: a plain exponential average would cling to it for seconds.
 */
export function takeReading(signal: OwnedSignal, dbm: RssiDbm, at: MonoMs, policy: SmoothingPolicy): void {
  const { memoryMs } = policy;
  if (at - signal.at > memoryMs) {
    signal.guardedDbm = dbm;
    signal.dbm = dbm;
    signal.weight = 1;
    signal.newestAt = NEVER;
  } else {
    signal.guardedDbm = guarded(signal, dbm, at, memoryMs);
    const kept = signal.weight * Math.exp(-(at - signal.at) / policy.smoothingMs);
    signal.weight = kept + 1;
    signal.dbm = (signal.dbm * kept + signal.guardedDbm) / signal.weight;
  }
  signal.at = at;
  signal.olderDbm = signal.newestDbm;
  signal.olderAt = signal.newestAt;
  signal.newestDbm = dbm;
  signal.newestAt = at;
}

/** Of two the weaker: with two readings in doubt, believe the one that keeps a tag away. */
function guarded(before: SignalEstimate, dbm: number, at: MonoMs, memoryMs: number): number {
  const { newestDbm, olderDbm } = before;
  if (at - before.newestAt > memoryMs) return dbm;
  const weaker = Math.min(dbm, newestDbm);
  if (at - before.olderAt > memoryMs) return weaker;
  return Math.max(weaker, Math.min(Math.max(dbm, newestDbm), olderDbm));
}
