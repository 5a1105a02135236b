import { openSides, type SideName } from './sides.ts';

export interface RoundsOptions {
  readonly rounds: number;
  /** Events in flight together: what one tick commits. */
  readonly inFlight: number;
  readonly ticks: number;
  /** Row by row is slow: it gets fewer rows. */
  readonly rowByRow: number;
}

export interface SideRounds {
  readonly eventsPerSecond: readonly number[];
  /** How long a tick's commit takes, and with it the main loop stands still: the median of each round, ms. */
  readonly commitMs: readonly number[];
}

/** All sides in turn, round by round, so that a busy moment of the disk meets all of them. */
export function runRounds(folder: string, options: RoundsOptions): Record<SideName, SideRounds> {
  const sides = openSides(folder);
  const result: Record<SideName, { eventsPerSecond: number[]; commitMs: number[] }> = {
    ours: { eventsPerSecond: [], commitMs: [] },
    batched: { eventsPerSecond: [], commitMs: [] },
    rowByRow: { eventsPerSecond: [], commitMs: [] },
  };
  let next = 0;
  try {
    for (let round = -1; round < options.rounds; round += 1) {
      for (const name of ['ours', 'batched', 'rowByRow'] as const) {
        const count = name === 'rowByRow' ? 1 : options.inFlight;
        const ticks = name === 'rowByRow' ? options.rowByRow : options.ticks;
        const took: number[] = [];
        for (let tick = 0; tick < ticks; tick += 1) {
          const from = performance.now();
          sides[name].store(next, count);
          took.push(performance.now() - from);
          next += count;
        }
        // The first round is for the compiler.
        if (round < 0) continue;
        const wallMs = took.reduce((sum, ms) => sum + ms, 0);
        result[name].eventsPerSecond.push((ticks * count * 1_000) / wallMs);
        result[name].commitMs.push(took.toSorted((a, b) => a - b)[Math.floor(ticks / 2)] ?? Number.NaN);
      }
    }
  } finally {
    for (const side of Object.values(sides)) side.close();
  }
  return result;
}
