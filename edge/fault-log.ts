import type { Logger } from 'pino';
import type { MonoMs } from '../protocol/units.ts';
import { FAULT_TOLD_EVERY_MS } from './core/thresholds.ts';

/** Counts faults that are tolerated, and says of them in the log as often as it helps somebody. */
export interface FaultLog {
  note(error: unknown, sentence: string): void;
  count(): number;
}

/** At most one line in {@link FAULT_TOLD_EVERY_MS}: a process runs for months, and its second fault must be seen as well. */
export function createFaultLog(log: Logger, mono: () => MonoMs): FaultLog {
  let faults = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    note(error, sentence) {
      faults += 1;
      const now = mono();
      if (now - toldAt < FAULT_TOLD_EVERY_MS) return;
      toldAt = now;
      log.error({ err: error, faults }, sentence);
    },
    count: () => faults,
  };
}
