import type { Outcome, RefusalReason } from './decide/reasons.ts';
import type { Ear } from './decide/types.ts';
import type { FailedRule } from './segment/failed.ts';

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
  /** The number or rule behind the reason. */
  readonly figure?: ExplainedFigure;
  readonly coupon?: ExplainedCoupon;
  readonly delivery?: ExplainedDelivery;
}

export interface ExplainedCoupon {
  readonly id: string;
  readonly state: string;
  readonly expiresAt: number;
  /** When its page was first looked at, and how often since. */
  readonly openedAt?: number;
  readonly opened: number;
  /** The redemption that stands. */
  readonly redeemed?: { readonly id: string; readonly at: number; readonly place: string };
}

/**
 * What a gate looked at. Decisions do not keep it: it is counted again from the rows as of the moment of the decision,
 * with the campaign's version that made it; the house's policy is today's.
 */
export type ExplainedFigure =
  | {
      readonly kind: 'cap';
      readonly count: number;
      readonly max: number;
      readonly per: string;
      readonly since?: number;
    }
  | { readonly kind: 'stock'; readonly given: number; readonly of: number }
  | { readonly kind: 'budget'; readonly used: number; readonly of: number; readonly period: string }
  | { readonly kind: 'quota'; readonly used: number; readonly most: number; readonly readAt: number }
  /** Minutes after local midnight. */
  | {
      readonly kind: 'quiet';
      readonly from: number;
      readonly to: number;
      readonly whose: 'campaign' | 'house' | 'store';
      readonly timeZone: string;
    }
  | {
      readonly kind: 'window';
      readonly days?: readonly string[];
      readonly from?: number;
      readonly to?: number;
      readonly timeZone: string;
    }
  | ExplainedAudience
  | { readonly kind: 'dates'; readonly from?: string; readonly until?: string; readonly timeZone: string }
  /** Who stopped the campaign last before the decision, and why. */
  | {
      readonly kind: 'stopped';
      readonly how: 'pause' | 'end';
      readonly at: number;
      readonly by: string;
      readonly why?: string;
    }
  | { readonly kind: 'late'; readonly ageMs?: number; readonly freshForMs: number }
  | { readonly kind: 'held'; readonly coupon: string; readonly since: number }
  | { readonly kind: 'weighed'; readonly at: number; readonly outcome: string }
  | { readonly kind: 'winner'; readonly campaign: string }
  | { readonly kind: 'fixed'; readonly given: number; readonly of: number }
  /** Kept with the decision: what was wrong with the message. */
  | { readonly kind: 'template'; readonly complaint: string };

/**
 * Which conditions of the audience kept the member out, by what was known of them then and by the segments as they are
 * today. Each list stood in the way by itself; of the conditions in one list, any one would have been enough for
 * it; of very many lists, some.
 */
export interface ExplainedAudience {
  readonly kind: 'audience';
  /** Empty: by what is known today nothing stands in the way; a segment or the member was changed since. */
  readonly failed: readonly (readonly ExplainedRule[])[];
  /** A segment was changed after the decision: then. */
  readonly segmentsChangedAt?: number;
  /** Why a segment it names cannot be read, so that nobody is meant. */
  readonly unresolved?: string;
}

export interface ExplainedRule extends Omit<FailedRule, 'path'> {
  /** With dots, segments written out: `all.0.not`; empty: the audience itself. */
  readonly path: string;
  /** The segment it is a part of. */
  readonly segment?: string;
}

export interface ExplainedDelivery {
  readonly id: string;
  readonly route: 'reply' | 'push';
  readonly state: string;
  readonly parkReason?: string;
  /** As LINE knows it; a multicast has one for all it went to. */
  readonly retryKey: string;
  /** It went to others in the same call. */
  readonly multicast?: true;
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
