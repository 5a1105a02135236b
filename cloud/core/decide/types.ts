import type { StoreId } from '../../../protocol/ids.ts';
import type { EpochMs } from '../../../protocol/units.ts';
import type { DailyHours } from '../calendar.ts';
import type { CampaignId, EventId, MemberId, VisitId } from '../ids.ts';
import type { CampaignSpec } from '../manifest/campaign.ts';
import type { PolicySpec } from '../manifest/policy.ts';
import type { MemberFacts, SegmentExpr } from '../segment/types.ts';
import type { Exposure } from './holdout.ts';
import type { Outcome, RefusalReason } from './reasons.ts';

/**
 * Which ear heard it. The ears differ in what they can know, and in how they may be answered. `clock` is our own: a
 * schedule came due, or a deferral ended.
 */
export type Ear = 'line' | 'tag' | 'clock';
export type TriggerType = 'enter' | 'dwell' | 'exit' | 'follow' | 'keyword' | 'schedule';

/**
 * What stands behind an event. For a beacon, behind the claim that our own node was there: `signed`, `fixed`, `bad`,
 * `none` are verdicts on a device message; `line-secure` LINE checked itself; `node` came over a node's own
 * authenticated link. `webhook` is LINE's signed call about something other than a beacon, `clock` is ourselves.
 */
export type Trust = 'signed' | 'fixed' | 'bad' | 'none' | 'line-secure' | 'node' | 'webhook' | 'clock';

/** Where something happened. */
export interface Place extends Home {
  readonly zone: string;
}

/** A store, with the clock on its wall. */
export interface Home {
  readonly storeId: StoreId;
  readonly timeZone: string;
  readonly hours: DailyHours;
}

export interface DecisionEvent {
  readonly id: EventId;
  readonly ear: Ear;
  readonly trigger: TriggerType;
  /** When it happened, in the cloud's time as well as it is known. For a deferral: when it was to be decided again. */
  readonly at: EpochMs;
  /** How old it is when it is decided, ms; absent where no clock can tell: then it is late. */
  readonly ageMs?: number;
  readonly trust: Trust;
  /** LINE ear: until when its reply token may be used; absent where there is none. */
  readonly replyUntil?: EpochMs;
  /** `dwell`: how long the tag has stayed, ms. */
  readonly presentMs?: number;
  /** `keyword`: what was typed, folded. */
  readonly phrase?: string;
  /** `follow`: a friend who had blocked the account came back. */
  readonly returned?: boolean;
  /** Clock's ear: the one campaign a schedule or deferral is about. */
  readonly target?: CampaignId;
  /** The decision was put off before; this event closes the deferral. */
  readonly deferredFrom?: EventId;
}

export interface DecisionMember {
  readonly id: MemberId;
  readonly consent: 'granted' | 'withdrawn' | 'none';
  readonly blocked: boolean;
  /** Loaded as `needsOf` says; absent where no candidate asks for any. */
  readonly facts?: MemberFacts;
}

export interface Candidate {
  readonly campaignId: CampaignId;
  readonly version: number;
  readonly state: 'running' | 'paused' | 'ended';
  readonly spec: CampaignSpec;
  /** `spec.audience` with every reference to a segment resolved. Where the spec has one and this is absent, nobody is meant. */
  readonly audience?: SegmentExpr;
  /** The store `spec.home` names; lends zone and opening hours to what happens at no store. */
  readonly home?: Home;
}

/** What is already written about this member and this candidate, read in the transaction of the decision. */
export interface CandidateHistory {
  /** The campaign was already weighed on its merits in this visit. */
  readonly weighedInVisit: boolean;
  /** An unredeemed coupon that can still be used. */
  readonly holdsCoupon: boolean;
  /** Absent: unlimited. */
  readonly stockLeft?: number;
  readonly messagesLeft?: number;
  /** The arm kept at the member's first exposure; of merged members the earlier one. */
  readonly exposure?: Exposure;
  /** Giving it was tried in this very transaction and did not work out. */
  readonly failed?: RefusalReason;
}

export interface History {
  readonly campaigns: ReadonlyMap<CampaignId, CandidateHistory>;
  /** Grants and ghosts counted for every query of `needsOf`, by `countKey`. A missing one is a bug and throws. */
  readonly counts: ReadonlyMap<string, number>;
  /** What LINE still lets us push this month; absent: unlimited or not known. */
  readonly quotaLeft?: number;
  /** Offers given on fixed device messages at this node in the last hour. */
  readonly fixedOffersLastHour: number;
}

/** Everything one judgement sees. */
export interface DecisionInput {
  readonly event: DecisionEvent;
  /** Absent where it happened at no store: follow, keyword, schedule. */
  readonly place: Place | undefined;
  readonly member: DecisionMember | undefined;
  readonly visitId: VisitId | undefined;
  readonly candidates: readonly Candidate[];
  readonly policy: PolicySpec | undefined;
  readonly history: History;
  readonly now: EpochMs;
}

/** How the message will travel. */
export type Route = 'reply' | 'push';

export interface Decision {
  readonly campaignId: CampaignId;
  readonly version: number;
  readonly memberId?: MemberId;
  readonly visitId?: VisitId;
  readonly outcome: Outcome;
  readonly reason?: RefusalReason;
  /** Gates passed, in order; the failing one is not among them. */
  readonly passed: readonly string[];
  /** The campaign was weighed on its merits; the same visit does not weigh it again. */
  readonly weighed: boolean;
  /** Set when granted or reissued. */
  readonly route?: Route;
  /** Set when deferred: when it is to be decided again. */
  readonly until?: EpochMs;
  /** Set where an experiment ran and the member was exposed (granted or ghost): to be kept, if none is kept yet. */
  readonly exposure?: Exposure;
}
