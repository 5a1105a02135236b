import type { PeerRule } from './rule.ts';

const CYCLE_MS = 1_050;
const POWER_DBM = -55;
const ATTENUATION = 3;
const MAX_RETREAT_MPS = 3;
const HISTORY = 20;
const SPEED_HISTORY = 10;
const MAX_RADIUS_M = 20;
const AWAY_MS = 30_000;

/** Bermuda 0.8: noise only ever makes a tag seem farther, so it follows the least distance of its last twenty seconds. */
export const bermuda: PeerRule = {
  name: 'Bermuda',
  create(limitDbm) {
    const radius = limitDbm === undefined ? MAX_RADIUS_M : distance(limitDbm);
    const tag = createBermudaDistance();
    return {
      hear: tag.hear,
      present(atMs) {
        tag.passTime(atMs);
        return tag.silentMs(atMs) <= AWAY_MS && tag.metres() <= radius;
      },
    };
  },
};

/** The distance of one tag from one receiver, in cycles of about a second. */
export function createBermudaDistance() {
  let heard: { atMs: number; metres: number } | undefined;
  let raw: { atMs: number; metres: number }[] = [];
  let cycles: number[] = [];
  let cycleAt = 0;
  let smoothed = Number.POSITIVE_INFINITY;

  function cycle(): void {
    if (heard === undefined) return;
    if (raw[0]?.atMs !== heard.atMs) raw = [heard, ...raw].slice(0, SPEED_HISTORY);
    const previous = cycles[0];
    const value = retreats(raw) && previous !== undefined ? previous : heard.metres;
    cycles = [value, ...cycles].slice(0, HISTORY);
    smoothed = Math.min(value, meanOfRunningMinima(cycles));
  }

  return {
    hear(atMs: number, dbm: number): void {
      heard = { atMs, metres: distance(dbm) };
    },
    passTime(atMs: number): void {
      for (; cycleAt <= atMs; cycleAt += CYCLE_MS) cycle();
    },
    metres: (): number => smoothed,
    silentMs: (atMs: number): number => (heard === undefined ? Number.POSITIVE_INFINITY : atMs - heard.atMs),
    /** The newest readings before they were smoothed, newest first. */
    history: (count: number): readonly number[] => cycles.slice(0, count),
  };
}

const distance = (dbm: number): number => 10 ** ((POWER_DBM - dbm) / (10 * ATTENUATION));

/** Whether the newest reading would need more speed away from any recent one than a person has. */
function retreats([newest, ...older]: readonly { atMs: number; metres: number }[]): boolean {
  if (newest === undefined) return false;
  return older.some((then) => (newest.metres - then.metres) / ((newest.atMs - then.atMs) / 1_000) > MAX_RETREAT_MPS);
}

function meanOfRunningMinima(newestFirst: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const value of newestFirst) {
    least = Math.min(least, value);
    sum += least;
  }
  return sum / newestFirst.length;
}
