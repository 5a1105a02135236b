import { createJudgeCounts, type JudgeCounts } from './judge-counts.ts';
import type { Added, ApiLogEntry, LogEntry } from './judge-entries.ts';

/** Which entries; all that are named must hold. */
export interface LogQuery {
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
  /** Of more than `limit` the last, not the first. */
  readonly newest?: boolean | undefined;
  readonly kind?: LogEntry['kind'] | undefined;
  /** Whom it concerned. */
  readonly user?: string | undefined;
  readonly retryKey?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly webhookEventId?: string | undefined;
}

export interface LogPage {
  readonly entries: readonly LogEntry[];
  readonly last: number;
  readonly dropped: number;
}

export interface JudgeLog {
  readonly counts: JudgeCounts;
  add(entry: Added, atMs: number): void;
  /** Matching entries behind `after`, oldest first; `dropped` counts those the bound has pushed out since the start. */
  find(query: LogQuery): LogPage;
  after(seq: number): LogPage;
  /** Tells `hear` of every new entry until the returned function is called. */
  listen(hear: (entry: LogEntry) => void): () => void;
}

export const LOG_LIMIT = 100_000;
/** Entries in one answer unless another number is asked for. */
export const PAGE = 10_000;

/** A log in memory that keeps the newest `limit` entries. */
export function createJudgeLog(limit = LOG_LIMIT): JudgeLog {
  const counts = createJudgeCounts();
  const listeners = new Set<(entry: LogEntry) => void>();
  // Entries have consecutive numbers, so a number leads to its place.
  let entries: LogEntry[] = [];
  let last = 0;

  function find({ after = 0, limit: most = PAGE, newest = false, ...wanted }: LogQuery): LogPage {
    const oldest = Math.max(0, last - limit);
    const start = Math.max(after, oldest) - (last - entries.length);
    const found: LogEntry[] = [];
    for (let i = start; i < entries.length && (newest || found.length < most); i++) {
      const entry = entries[i];
      if (entry !== undefined && matches(entry, wanted)) found.push(entry);
    }
    return { entries: found.slice(Math.max(0, found.length - most)), last, dropped: oldest };
  }

  return {
    counts,
    add: (entry, atMs) => {
      last += 1;
      const numbered: LogEntry = { ...entry, seq: last, atMs };
      entries.push(numbered);
      counts.add(entry);
      for (const hear of listeners) hear(numbered);
      // Trimmed in bulk: shifting an array at every entry would cost its whole length each time.
      if (entries.length >= 1.25 * limit + 1) entries = entries.slice(-limit);
    },
    find,
    after: (seq) => find({ after: seq }),
    listen: (hear) => {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
  };
}

function matches(entry: LogEntry, { kind, user, retryKey, endpoint, webhookEventId }: LogQuery): boolean {
  if (kind !== undefined && entry.kind !== kind) return false;
  if (endpoint !== undefined && !(entry.kind === 'api' && entry.endpoint === endpoint)) return false;
  if (retryKey !== undefined && !(entry.kind === 'api' && sameKey(entry.retryKey, retryKey))) return false;
  if (webhookEventId !== undefined && !('webhookEventId' in entry && entry.webhookEventId === webhookEventId)) {
    return false;
  }
  return user === undefined || (entry.kind === 'api' ? isAbout(entry, user) : entry.userId === user);
}

const isAbout = ({ to = [], shownTo = [] }: ApiLogEntry, user: string): boolean =>
  to.includes(user) || shownTo.includes(user);

const sameKey = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();
