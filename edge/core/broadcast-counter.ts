import type { MonoMs } from '../../protocol/units.ts';
import { SECURE_STEP_MS } from './thresholds.ts';

/**
 * Where the secure frame's counter stands. Steps below `until` are written down as used before any of them is shown:
 *
 *   reserved on disk ────────────────┐
 *   … shown before │ step │ … ahead … │ until → never shown by anybody
 *
 * Invariants: `step < until`; `step` only grows; a process that begins anew begins at or above `until`.
 */
export interface SecureCounter {
  readonly step: bigint;
  /** When `step` began. */
  readonly since: MonoMs;
  readonly until: bigint;
}

/** The counter at `mono` without regard to what is reserved: the caller reserves first where `step` reaches `until`. */
export function secureCounterAt(counter: SecureCounter, mono: MonoMs): SecureCounter {
  const passed = Math.floor((mono - counter.since) / SECURE_STEP_MS);
  if (passed <= 0) return counter;
  const since = (counter.since + passed * SECURE_STEP_MS) as MonoMs;
  return { ...counter, step: counter.step + BigInt(passed), since };
}
