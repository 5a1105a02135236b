import type Database from 'better-sqlite3';
import type { Hwid } from '../../protocol/ids.ts';
import type { MonoMs } from '../../protocol/units.ts';
import { type SecureCounter, secureCounterAt } from '../core/broadcast-counter.ts';
import { SECURE_STEPS_AHEAD } from '../core/thresholds.ts';

/**
 * The counter of one HWID's secure frame, across crashes, clock jumps and several processes on one database: no step is
 * shown in two lives, and none goes back. A HWID that was away and returns goes on where it was; a new one begins at 0.
 */
export interface SecureSteps {
  /**
   * The step to show now. While the disk takes no writes it stands still rather than show an unreserved step; `undefined`
   * when not even the first could be reserved.
   */
  current(): bigint | undefined;
  faults(): number;
  /** Returns what was reserved and not shown, so that an orderly restart skips nothing. */
  close(): void;
}

export function createSecureSteps(
  db: Database.Database,
  { hwid, mono }: { readonly hwid: Hwid; readonly mono: () => MonoMs },
): SecureSteps {
  const key = `line-secure-steps:${hwid}`;
  const get = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const put = db.prepare<[string, string]>('INSERT OR REPLACE INTO meta VALUES (?, ?)');
  let counter: SecureCounter | undefined;
  let faults = 0;

  /** First step that nobody has reserved yet. A value we did not write ourselves is a damaged disk: do not guess. */
  const stored = (): bigint => {
    const text = get.get(key) ?? '0';
    if (!/^\d+$/.test(text)) throw new Error(`the secure counter of ${hwid} is damaged: ${text}`);
    return BigInt(text);
  };
  const reserve = db.transaction((wanted: bigint): { first: bigint; until: bigint } => {
    const free = stored();
    const first = free > wanted ? free : wanted;
    const until = first + BigInt(SECURE_STEPS_AHEAD);
    put.run(key, String(until));
    return { first, until };
  });
  const giveBack = db.transaction(({ step, until }: SecureCounter) => {
    if (stored() === until) put.run(key, String(step + 1n));
  });

  function attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch {
      faults += 1;
      return undefined;
    }
  }

  return {
    current() {
      const now = mono();
      const due = counter === undefined ? undefined : secureCounterAt(counter, now);
      if (due !== undefined && due.step < due.until) {
        counter = due;
        return due.step;
      }
      // Immediate: two processes must not both read the same free step.
      const range = attempt(() => reserve.immediate(due?.step ?? 0n));
      if (range !== undefined) counter = { step: range.first, since: due?.since ?? now, until: range.until };
      return counter?.step;
    },
    faults: () => faults,
    close() {
      if (counter !== undefined) attempt(() => counter && giveBack.immediate(counter));
      counter = undefined;
    },
  };
}
