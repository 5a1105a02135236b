import { mkdtempSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ratioOf, type Spread, spreadOf } from '../adverts/spread.ts';
import { measureBacklog } from './backlog.ts';
import { type RoundsOptions, runRounds, type SideRounds } from './rounds.ts';
import type { SideName } from './sides.ts';
import { onSlowDisk } from './slow-disk.ts';

export interface OutboxBenchOptions {
  readonly fast: RoundsOptions;
  readonly slow: RoundsOptions;
  readonly delayMs: number;
  readonly backlog: { readonly small: number; readonly large: number; readonly rounds: number };
}

export const FULL_SIZE: OutboxBenchOptions = {
  fast: { rounds: 7, inFlight: 100, ticks: 100, rowByRow: 200 },
  slow: { rounds: 3, inFlight: 100, ticks: 20, rowByRow: 20 },
  delayMs: 10,
  backlog: { small: 1_000, large: 1_000_000, rounds: 3 },
};

interface DiskFigures {
  readonly eventsPerSecond: Readonly<Record<SideName, Spread>>;
  readonly oursToBatched: Spread;
  readonly oursToRowByRow: Spread;
  /** The main loop stands still for a commit; beside one sync of row by row. */
  readonly commitMs: Readonly<Record<SideName, Spread>>;
  readonly heldToOneSync: Spread;
}

/** What `pharos-edge bench outbox --json` prints. */
export interface OutboxBench {
  readonly fastDisk: DiskFigures;
  /** Every sync takes `delayMs` longer; null where that cannot be played, see notes. */
  readonly slowDisk: DiskFigures | null;
  readonly backlog: {
    readonly startMsSmall: Spread;
    readonly startMsLarge: Spread;
    readonly largeToSmall: Spread;
    readonly ackMsLarge: Spread;
  };
  readonly notes: readonly string[];
  readonly settings: OutboxBenchOptions;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
}

/** Measures everything in one run, in a folder of the working directory: that is the disk the node would use. */
export async function measureOutbox(options: OutboxBenchOptions, say: (text: string) => void): Promise<OutboxBench> {
  const folder = mkdtempSync(join(process.cwd(), '.outbox-bench-'));
  try {
    say(`${options.fast.inFlight} events in flight, on this disk`);
    const fast = runRounds(folder, options.fast);
    say(`the same with ${options.delayMs} ms more for every sync`);
    const slow = onSlowDisk(folder, options.delayMs, options.slow);
    say(`start with ${options.backlog.large} rows waiting`);
    const small = measureBacklog(folder, options.backlog.small, options.backlog.rounds);
    const large = measureBacklog(folder, options.backlog.large, options.backlog.rounds);
    return {
      fastDisk: figuresOf(fast),
      slowDisk: slow.ok ? figuresOf(slow.value) : null,
      backlog: {
        startMsSmall: spreadOf(small.startMs),
        startMsLarge: spreadOf(large.startMs),
        largeToSmall: ratioOf(large.startMs, small.startMs),
        ackMsLarge: spreadOf(large.ackMs),
      },
      notes: slow.ok ? [] : [slow.reject.detail],
      settings: options,
      machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, node: process.version },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function figuresOf({ ours, batched, rowByRow }: Record<SideName, SideRounds>): DiskFigures {
  const each = (pick: (side: SideRounds) => readonly number[]) => ({
    ours: spreadOf(pick(ours)),
    batched: spreadOf(pick(batched)),
    rowByRow: spreadOf(pick(rowByRow)),
  });
  return {
    eventsPerSecond: each((side) => side.eventsPerSecond),
    oursToBatched: ratioOf(ours.eventsPerSecond, batched.eventsPerSecond),
    oursToRowByRow: ratioOf(ours.eventsPerSecond, rowByRow.eventsPerSecond),
    commitMs: each((side) => side.commitMs),
    heldToOneSync: ratioOf(ours.commitMs, rowByRow.commitMs),
  };
}
