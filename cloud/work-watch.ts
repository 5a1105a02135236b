import type { Logger } from 'pino';

/** Work that is tried again until it succeeds: somebody must be told while it does not. */
export interface WorkWatch {
  failed(error: unknown, facts?: object): void;
  done(): void;
  /** What waits, as a sentence without a person's or a server's name in it, where the work has only failed for long. */
  trouble(): string | undefined;
}

/** Locks, restarts and fail-overs are over by then. */
const LONG_MS = 30_000;
/** Whoever still waits has tried again by then: the worker twice a second, a node every five. */
const TRIES_WITHIN_MS = 60_000;

/** Logs when the work begins to fail and when that is over, however often it is tried in between. */
export function watchWork(deps: {
  /** A sentence: what waits. */
  readonly waits: string;
  /** A sentence: it is over. */
  readonly over: string;
  readonly log?: Pick<Logger, 'error' | 'info'>;
  /**
   * Where one piece may fail while others are done: without a failure for so long it is over. Absent: the first success
   * ends it.
   */
  readonly calmMs?: number;
  /** Monotonic, ms. */
  readonly monoMs?: () => number;
}): WorkWatch {
  const { waits, over, log, calmMs = 0, monoMs = () => performance.now() } = deps;
  let isTold = false;
  /** Since when it has only failed. */
  let failing: { readonly sinceMs: number } | undefined;
  let last = { atMs: 0, error: undefined as unknown };
  return {
    failed(error, facts) {
      last = { atMs: monoMs(), error };
      failing ??= { sinceMs: last.atMs };
      if (!isTold) log?.error({ ...facts, err: error }, waits);
      isTold = true;
    },
    done() {
      failing = undefined;
      if (!isTold || monoMs() - last.atMs < calmMs) return;
      log?.info(over);
      isTold = false;
    },
    trouble() {
      if (failing === undefined) return undefined;
      const forMs = monoMs() - failing.sinceMs;
      // Who sent it may be gone for good, and took with it what waited.
      if (forMs <= LONG_MS || monoMs() - last.atMs > TRIES_WITHIN_MS) return undefined;
      return `${waits}: each try has failed for ${Math.round(forMs / 1_000)} s${codeOf(last.error)}; the log says why`;
    },
  };
}

/** The database's own name for it, as `42P01` or `SQLITE_CORRUPT`; its sentence may name files, addresses and people. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? ` (${code})` : '';
}
