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
  /** The database on the disk at this moment; may throw the disk's fault. */
  disk: () => Database.Database,
  { hwid, mono }: { readonly hwid: Hwid; readonly mono: () => MonoMs },
): SecureSteps {
  const key = `line-secure-steps:${hwid}`;
  let counter: SecureCounter | undefined;
  let faults = 0;

  /** First step that nobody has reserved yet. A value we did not write ourselves is a damaged disk: do not guess. */
  const stored = (db: Database.Database): bigint => {
    const text = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(key) ?? '0';
    if (!/^\d+$/.test(text)) throw new Error(`the secure counter of ${hwid} is damaged: ${text}`);
    return BigInt(text);
  };
  const store = (db: Database.Database, free: bigint): void =>
    void db.prepare<[string, string]>('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(key, String(free));

  // Immediate: two processes must not both read the same free step.
  const exclusively = <T>(action: (db: Database.Database) => T): T => {
    const db = disk();
    return db.transaction(() => action(db)).immediate();
  };
  const reserve = (wanted: bigint): { first: bigint; until: bigint } =>
    exclusively((db) => {
      const free = stored(db);
      const first = free > wanted ? free : wanted;
      const until = first + BigInt(SECURE_STEPS_AHEAD);
      store(db, until);
      return { first, until };
    });
  const giveBack = ({ step, until }: SecureCounter): void =>
    exclusively((db) => {
      if (stored(db) === until) store(db, step + 1n);
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
      const range = attempt(() => reserve(due?.step ?? 0n));
      if (range !== undefined) counter = { step: range.first, since: due?.since ?? now, until: range.until };
      return counter?.step;
    },
    faults: () => faults,
    close() {
      if (counter !== undefined) attempt(() => counter && giveBack(counter));
      counter = undefined;
    },
  };
}
