import type { ApiNote } from './platform/answer.ts';
import type { DeliveryOutcome } from './platform/delivery-outcome.ts';

/** The judge of a test: every call to the API and every webhook, in order, with how it ended. */
export interface ApiLogEntry extends ApiNote {
  readonly kind: 'api';
  readonly method: string;
  readonly path: string;
  readonly endpoint: string;
  /** What the caller was told; `no_answer` where a planted fault kept the platform silent. */
  readonly status: number | 'no_answer';
  readonly requestId: string;
  /** What the platform did, whatever it said. */
  readonly accepted: boolean;
  readonly error?: string;
  readonly fault?: string;
}

export interface WebhookLogEntry {
  readonly kind: 'webhook';
  readonly type: string;
  readonly userId?: string;
  readonly webhookEventId?: string;
  /** 1 is the first delivery; a planted duplicate repeats its number. */
  readonly attempt: number;
  readonly isRedelivery: boolean;
  readonly result: DeliveryOutcome | { readonly outcome: 'not_sent' | 'lost'; readonly detail: string };
  readonly tookMs: number;
}

export type LogEntry = (ApiLogEntry | WebhookLogEntry) & { readonly seq: number; readonly atMs: number };

export interface JudgeLog {
  add(entry: ApiLogEntry | WebhookLogEntry, atMs: number): void;
  /** Entries behind `seq`, oldest first; `dropped` counts those the bound has pushed out since the start. */
  after(seq: number): { readonly entries: readonly LogEntry[]; readonly last: number; readonly dropped: number };
}

export const LOG_LIMIT = 10_000;

/** A log in memory that keeps the newest `limit` entries. */
export function createJudgeLog(limit = LOG_LIMIT): JudgeLog {
  let entries: LogEntry[] = [];
  let last = 0;
  let dropped = 0;
  return {
    add: (entry, atMs) => {
      last += 1;
      entries.push({ ...entry, seq: last, atMs });
      // Trimmed in bulk: shifting an array at every entry would cost its whole length each time.
      if (entries.length >= 2 * limit) entries = entries.slice(-limit);
      dropped = Math.max(0, last - limit);
    },
    after: (seq) => {
      const kept = entries.slice(-limit);
      return { entries: kept.filter((entry) => entry.seq > seq), last, dropped };
    },
  };
}
