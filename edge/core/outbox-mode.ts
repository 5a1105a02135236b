import { type MonoMs, monoMs } from '../../protocol/units.ts';

/**
 * Whether the outbox trusts its disk.
 *
 *   disk ──failed, or slow several times in a row──▶ memory ──retry due and all rows moved over──▶ disk
 *
 * Invariants: a retry is never sooner than `retryAt`, and waits grow while the disk stays bad, also when it comes back
 * only to fail again; every commit that is quick makes the next wait shorter.
 */
export type OutboxMode =
  | { readonly at: 'disk'; readonly slowInARow: number; readonly trouble: number }
  | { readonly at: 'memory'; readonly why: string; readonly retryAt: MonoMs; readonly trouble: number };

export interface OutboxModePolicy {
  /** A commit that takes longer is slow. */
  readonly slowMs: number;
  readonly slowInARow: number;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
}

export type OutboxModeInput =
  | { readonly type: 'stored'; readonly at: MonoMs; readonly tookMs: number }
  /** The disk took nothing: rows are kept in memory until it does. Also: it is still no better. */
  | { readonly type: 'failed'; readonly at: MonoMs; readonly why: string };

export const TRUSTED: OutboxMode = { at: 'disk', slowInARow: 0, trouble: 0 };

export function stepOutboxMode(mode: OutboxMode, input: OutboxModeInput, policy: OutboxModePolicy): OutboxMode {
  if (input.type === 'failed') return toMemory(mode.trouble, input.why, input.at, policy);
  const quick = input.tookMs <= policy.slowMs;
  // A disk that comes back slow has no three chances again.
  const before = mode.at === 'disk' ? mode.slowInARow : policy.slowInARow - 2;
  const slowInARow = quick ? 0 : before + 1;
  if (slowInARow >= policy.slowInARow) {
    const why = `${slowInARow} commits in a row took longer than ${policy.slowMs} ms`;
    return toMemory(mode.trouble, why, input.at, policy);
  }
  return {
    at: 'disk',
    slowInARow,
    trouble: quick && mode.at === 'disk' ? Math.max(0, mode.trouble - 1) : mode.trouble,
  };
}

export const mayTryDisk = (mode: OutboxMode, at: MonoMs): boolean => mode.at === 'memory' && at >= mode.retryAt;

function toMemory(trouble: number, why: string, at: MonoMs, policy: OutboxModePolicy): OutboxMode {
  const waitMs = Math.min(policy.retryMaxMs, policy.retryFirstMs * 2 ** Math.min(trouble, 30));
  return { at: 'memory', why, retryAt: monoMs(at + waitMs), trouble: trouble + 1 };
}
