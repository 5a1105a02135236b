import type { ApiNote } from './platform/answer.ts';
import type { DeliveryOutcome } from './platform/delivery-outcome.ts';

/** The judge of a test: every call to the API, every webhook and every tap, in order, with how it ended. */
export interface ApiLogEntry extends ApiNote {
  readonly kind: 'api';
  readonly method: string;
  readonly path: string;
  readonly endpoint: string;
  /** What the caller was told; `no_answer` and `cut` where a planted fault kept the platform from telling. */
  readonly status: number | 'no_answer' | 'cut';
  readonly requestId: string;
  /** What the platform did, whatever it said. */
  readonly accepted: boolean;
  readonly error?: string;
  readonly fault?: string;
}

export interface WebhookLogEntry {
  readonly kind: 'webhook';
  readonly type: string;
  /** Who did it, whatever the bot was told. */
  readonly userId?: string;
  /** The group or room it happened in. */
  readonly chatId?: string;
  readonly webhookEventId?: string;
  /** 1 is the first delivery; a planted duplicate repeats its number. */
  readonly attempt: number;
  /** The second of a planted duplicate. */
  readonly copy?: true;
  readonly isRedelivery: boolean;
  readonly result: DeliveryOutcome | { readonly outcome: 'not_sent' | 'lost'; readonly detail: string };
  readonly tookMs: number;
  readonly fault?: string;
  /** Events in the same body, where there were several. */
  readonly together?: number;
}

/** Something a person did that LINE does not tell the bot. */
export interface PhoneLogEntry {
  readonly kind: 'phone';
  readonly userId: string;
  readonly did: 'opened' | 'copied';
  /** The address, or the text. */
  readonly what: string;
}

/** An entry before the log gave it number and time. */
export type Added = ApiLogEntry | WebhookLogEntry | PhoneLogEntry;
export type LogEntry = Added & { readonly seq: number; readonly atMs: number };
