import type { NodeId } from '../../../protocol/ids.ts';
import type { EpochMs } from '../../../protocol/units.ts';
import type { Outcome, RefusalReason } from '../decide/reasons.ts';
import type { Route, TriggerType, Trust } from '../decide/types.ts';
import type { KnownQuota } from '../deliver/quota.ts';
import type { CampaignId, EventId, MemberId } from '../ids.ts';
import type { PolicySpec } from '../manifest/policy.ts';
import type { EventDetail, NewEvent, RegisteredNode } from '../records.ts';
import type { AttributeValue } from '../segment/types.ts';
import type { KnownCoupon, KnownGrant, Offer, Past } from '../working-set-types.ts';

/** What was written down of the past: as much of it as it takes to judge it again. */

/** An event as it was heard from one of the two outer ears. What the clock started is started anew. */
export interface RecordedEvent {
  readonly event: NewEvent;
  /** Rises in the order in which events came in. */
  readonly seq: number;
  /** When it was judged; where nothing was, when it came in. */
  readonly judgedAt: EpochMs;
  readonly member?: MemberId;
  readonly trust?: Trust;
  readonly trigger?: TriggerType;
  /** The phrase as its keyed digest. */
  readonly detail: EventDetail;
}

export interface RecordedDecision {
  readonly event: EventId;
  readonly campaignId: CampaignId;
  readonly version: number;
  readonly member?: MemberId;
  readonly outcome: Outcome;
  readonly reason?: RefusalReason;
  readonly route?: Route;
  readonly at: EpochMs;
}

export interface RecordedConsent {
  readonly purpose: string;
  readonly action: 'granted' | 'withdrawn';
  /** The id of the event that gave it, or what first told of the person (`beacon`, `message`), or a form's answer. */
  readonly source: string;
  readonly at: EpochMs;
}

/** What was known of a tag or an attribute before it changed; absent: nothing. */
export interface ProfileChange {
  readonly at: EpochMs;
  readonly kind: 'tag' | 'attribute';
  readonly name: string;
  readonly before?: string;
}

/** A member as it is now, with what it takes to know how it was. */
export interface RecordedMember {
  readonly id: MemberId;
  readonly createdAt: EpochMs;
  /** Before the first event that is judged again. */
  readonly blocked: boolean;
  /** In the order of their time. */
  readonly consents: readonly RecordedConsent[];
  readonly tags: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  readonly changes: readonly ProfileChange[];
}

/** What became of a coupon after it was given. */
export interface CouponChange {
  readonly issueKey: string;
  readonly at: EpochMs;
  readonly to: KnownCoupon['state'];
  /** It was never shown: stock, budget and caps were given back. */
  readonly givenBack: boolean;
}

/** Of some members: who they are, and what they had before the first event that is judged again. */
export interface RecordedPast extends Pick<Past, 'visits' | 'weighed' | 'grants' | 'exposures'> {
  readonly members: readonly RecordedMember[];
  /** As they were then. */
  readonly coupons: readonly (KnownCoupon & { readonly issueKey: string })[];
}

/** What holds for everybody at the beginning, and what happened beside the events. */
export interface RecordedWorld {
  readonly nodes: ReadonlyMap<NodeId, RegisteredNode>;
  readonly policy: PolicySpec | undefined;
  readonly counters: ReadonlyMap<string, number>;
  /** Before the beginning, of everybody; only where somebody counts them. */
  readonly grants: readonly KnownGrant[];
  readonly fixedOffers: ReadonlyMap<NodeId, readonly EpochMs[]>;
  /** In the order of their time. */
  readonly couponChanges: readonly CouponChange[];
  /** In the order of their time; what LINE said of the month's messages. */
  readonly quota: readonly (KnownQuota & { readonly at: EpochMs })[];
  readonly campaigns: readonly CampaignSpan[];
}

/** A version of a campaign, or a change of its state, from its time on. */
export type CampaignSpan =
  | { readonly kind: 'version'; readonly from: EpochMs; readonly offer: Offer }
  | { readonly kind: 'state'; readonly from: EpochMs; readonly campaignId: CampaignId; readonly state: Offer['state'] };

/** Where the past is read from. Nothing is written there. */
export interface ReplaySource {
  readonly world: RecordedWorld;
  /** The next events in the order they came in; none: that was the last. */
  events(afterSeq: number, limit: number): Promise<readonly RecordedEvent[]>;
  learn(members: readonly MemberId[]): Promise<RecordedPast>;
  /** Those there were by then, in the order of their ids. */
  membersAfter(member: MemberId, limit: number, by: EpochMs): Promise<readonly MemberId[]>;
  /** As a phrase is written of an event. */
  digest(phrase: string): string;
}
