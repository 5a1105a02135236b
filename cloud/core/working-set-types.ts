import type { NodeId, StoreId } from '../../protocol/ids.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { CouponState } from './coupon/coupon.ts';
import type { CouponPlaces } from './coupon/places.ts';
import type { CountQuery } from './decide/caps.ts';
import type { Exposure } from './decide/holdout.ts';
import type { Candidate, Decision, DecisionEvent, TriggerType, Trust } from './decide/types.ts';
import type { CampaignId, CouponId, DecisionId, DeliveryId, EventId, MemberId, VisitId } from './ids.ts';
import type { EventFacts, NewCoupon, NewDelivery, NewEvent, RegisteredNode } from './records.ts';
import type { FactNeeds, MemberFacts } from './segment/types.ts';
import type { Source } from './source.ts';

/** A campaign as it is offered: what a message may say of it, and in which language where no store speaks. */
export interface Offer extends Candidate {
  readonly name: string;
  /** When this version was applied; a schedule starts from there. */
  readonly since?: EpochMs;
  readonly homeName?: string;
  readonly homeLocale?: string;
  /** Its messages call people by name. */
  readonly namesMember?: true;
  /** Who takes its coupons. */
  readonly places?: CouponPlaces;
}

/** One occurrence, from any ear, in the form all share from here on. */
export interface Occurrence {
  readonly event: NewEvent;
  /** It waited as a row of its own and is closed now; else its row is written with what came of it. */
  readonly stored: boolean;
  /** Where it happened; absent where it happened at no store, or at one nobody knows. */
  readonly node?: RegisteredNode;
  readonly member?: MemberId;
  readonly trust?: Trust;
  /** Absent for what starts no campaign. */
  readonly trigger?: TriggerType;
  readonly detail?: Pick<DecisionEvent, 'presentMs' | 'phrase' | 'returned' | 'target' | 'deferredFrom'>;
  readonly replyToken?: string;
  readonly facts: EventFacts;
  /** Consent given or withdrawn by the occurrence itself. */
  readonly consent?: {
    readonly action: 'granted' | 'withdrawn';
    readonly source: string;
    /** Whether the account is blocked from now on; absent: as before. */
    readonly blocked?: boolean;
    /** It follows from what they did, and means nothing where anything was ever said. */
    readonly unlessSaid?: true;
  };
  /** What it proves to have led the person here. */
  readonly source?: Source;
  /** Somebody became a friend by it. */
  readonly befriended?: true;
  /** Campaigns that wait for it; nothing is decided where there are none. */
  readonly offers: readonly Offer[];
}

export interface KnownPerson {
  readonly id: MemberId;
  readonly consent: 'granted' | 'withdrawn' | 'none';
  /** When the consent was last given or withdrawn. */
  readonly consentAt?: EpochMs;
  /** What it was given or withdrawn by. */
  readonly consentSource?: string;
  readonly blocked: boolean;
}

export interface KnownVisit {
  readonly id: VisitId;
  readonly memberId: MemberId;
  readonly storeId: StoreId;
  readonly openedAt: EpochMs;
  readonly lastAt: EpochMs;
}

export interface KnownCoupon {
  readonly id: CouponId;
  readonly memberId: MemberId;
  readonly campaignId: CampaignId;
  readonly state: CouponState;
  /** Of its issue key. */
  readonly ordinal: number;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** Opened only where it is shown again. */
  readonly code: () => string;
}

/** Something a member got, or would have got: what caps count. */
export interface KnownGrant {
  readonly memberId: MemberId;
  readonly campaignId: CampaignId;
  readonly storeId?: StoreId;
  readonly at: EpochMs;
}

/** What a batch must know before its first event is judged; everything in it is locked against others. */
export interface Asked {
  readonly members: readonly MemberId[];
  /** False where nobody is decided about and nobody consents: then consents need not be read. */
  readonly consents?: boolean;
  readonly campaigns: readonly CampaignId[];
  /** Visits that ended before this are of no concern. */
  readonly visitsSince: EpochMs;
  /** Grants and ghosts before this are of no concern. */
  readonly grantsSince: EpochMs;
  /** Coupons of all campaigns, not only of those named. */
  readonly allCoupons: boolean;
  /** Whose names messages will say; absent: nobody's. */
  readonly names?: readonly MemberId[];
  /** Facts only the database has, where any are asked for. */
  readonly facts?: FactNeeds['kinds'];
  readonly totals: readonly CountQuery[];
  readonly counters: readonly string[];
  readonly exposures: readonly CampaignId[];
  readonly fixedOffers: readonly NodeId[];
  readonly fixedOffersSince: EpochMs;
  /** The time at which the month's messages are asked for; absent where nothing would be pushed. */
  readonly quotaAt?: EpochMs;
}

export interface Past {
  readonly people: readonly KnownPerson[];
  readonly visits: readonly KnownVisit[];
  readonly weighed: readonly { readonly visitId: VisitId; readonly campaignId: CampaignId }[];
  readonly coupons: readonly KnownCoupon[];
  readonly grants: readonly KnownGrant[];
  /** By `countKey`. */
  readonly totals: ReadonlyMap<string, number>;
  readonly counters: ReadonlyMap<string, number>;
  readonly exposures: readonly {
    readonly campaignId: CampaignId;
    readonly memberId: MemberId;
    readonly exposure: Exposure;
  }[];
  readonly fixedOffers: ReadonlyMap<NodeId, number>;
  /** Messages LINE still lets us push this month; absent: unlimited, not known or not asked for. */
  readonly quotaLeft?: number;
  readonly facts: ReadonlyMap<MemberId, MemberFacts>;
  /** Of those asked for, what they agreed to be called. */
  readonly names?: ReadonlyMap<MemberId, string>;
}

export interface DecisionRow {
  readonly id: DecisionId;
  readonly eventId: EventId;
  readonly decision: Decision;
  readonly nodeId?: NodeId;
  readonly storeId?: StoreId;
  readonly trust: Trust;
  readonly couponId?: CouponId;
  /** What was wrong with the message; set where the decision failed for it. */
  readonly complaint?: string;
  readonly at: EpochMs;
}

/** Everything a batch came to, to be written in one go. */
export interface Changes {
  readonly heard: readonly { readonly event: NewEvent; readonly facts: EventFacts }[];
  readonly closed: readonly { readonly id: EventId; readonly facts: EventFacts }[];
  readonly consents: readonly {
    readonly memberId: MemberId;
    readonly action: 'granted' | 'withdrawn';
    readonly source: string;
    readonly at: EpochMs;
  }[];
  readonly blocked: ReadonlyMap<MemberId, boolean>;
  /** Who became a friend, and what was proven of why, in the order it happened. */
  readonly sources: readonly {
    readonly memberId: MemberId;
    /** Absent: somebody became a friend, and nothing says by what. */
    readonly source?: Source;
    readonly at: EpochMs;
  }[];
  /** New ones and those whose bounds grew. */
  readonly visits: readonly KnownVisit[];
  readonly absorbed: readonly { readonly from: VisitId; readonly into: VisitId }[];
  readonly counters: readonly { readonly key: string; readonly taken: number; readonly limit: number }[];
  readonly coupons: readonly (NewCoupon & { readonly id: CouponId; readonly issueKey: string })[];
  readonly decisions: readonly DecisionRow[];
  readonly deliveries: readonly (NewDelivery & { readonly id: DeliveryId; readonly retryKey: string })[];
  readonly exposures: readonly {
    readonly campaignId: CampaignId;
    readonly memberId: MemberId;
    readonly exposure: Exposure;
  }[];
  readonly deferrals: readonly {
    readonly eventId: EventId;
    readonly campaignId: CampaignId;
    readonly memberId: MemberId;
    readonly trigger: TriggerType;
    readonly until: EpochMs;
  }[];
}
