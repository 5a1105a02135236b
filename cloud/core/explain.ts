import type { Outcome, RefusalReason } from './decide/reasons.ts';
import type { Ear } from './decide/types.ts';

/** Why somebody got a message or did not: everything `pharos explain` tells, as data. */
export interface Explanation {
  readonly asked: string;
  readonly events: readonly ExplainedEvent[];
}

export interface ExplainedEvent {
  readonly id: string;
  readonly ear: Ear;
  readonly type: string;
  readonly at: number;
  readonly receivedAt: number;
  readonly ageMs?: number;
  readonly state: 'pending' | 'done' | 'failed';
  readonly sourceId: string;
  readonly store?: string;
  /** Of the store, for times people read. */
  readonly timeZone?: string;
  readonly node?: string;
  readonly member?: string;
  readonly visit?: string;
  readonly hwid?: string;
  readonly dm?: string;
  readonly trust?: string;
  readonly decisions: readonly ExplainedDecision[];
  /** Campaigns that had nothing to do with the event, and why. */
  readonly others: readonly { readonly campaign: string; readonly why: string }[];
}

export interface ExplainedDecision {
  readonly id: string;
  readonly campaign: string;
  readonly version: number;
  readonly outcome: Outcome;
  readonly reason?: RefusalReason;
  readonly sentence?: string;
  readonly passed: readonly string[];
  readonly decidedAt: number;
  readonly coupon?: { readonly id: string; readonly state: string; readonly expiresAt: number };
  readonly delivery?: ExplainedDelivery;
}

export interface ExplainedDelivery {
  readonly id: string;
  readonly route: 'reply' | 'push';
  readonly state: string;
  readonly parkReason?: string;
  readonly retryKey: string;
  readonly requestId?: string;
  readonly createdAt: number;
  readonly settledAt?: number;
  readonly attempts: readonly {
    readonly at: number;
    readonly endedAt: number;
    readonly outcome: string;
    readonly detail?: string;
  }[];
}
