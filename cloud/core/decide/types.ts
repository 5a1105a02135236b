import type { StoreId } from '../../../protocol/ids.ts';
import type { EpochMs } from '../../../protocol/units.ts';
import type { DailyHours } from '../calendar.ts';
import type { CampaignId, EventId, MemberId, VisitId } from '../ids.ts';
import type { CampaignSpec } from '../manifest/campaign.ts';
import type { Outcome, RefusalReason } from './reasons.ts';

/** Which ear heard it. The ears differ in what they can know, and in how they may be answered. */
export type Ear = 'line' | 'tag';
export type TriggerType = 'enter' | 'dwell' | 'exit';

/**
 * What stands behind the claim that our own node was there: `signed`, `fixed`, `bad`, `none` are verdicts on a device
 * message; `line-secure` LINE checked itself; `node` came over a node's own authenticated link.
 */
export type Trust = 'signed' | 'fixed' | 'bad' | 'none' | 'line-secure' | 'node';

export interface Place {
  readonly storeId: StoreId;
  readonly zone: string;
  readonly timeZone: string;
  readonly hours: DailyHours;
}

export interface DecisionEvent {
  readonly id: EventId;
  readonly ear: Ear;
  readonly trigger: TriggerType;
  /** When it happened, in the cloud's time as well as it is known. */
  readonly at: EpochMs;
  /** How old it is when it is decided, ms; absent where no clock can tell: then it is late. */
  readonly ageMs?: number;
  readonly trust: Trust;
  /** LINE ear: until when its reply token may be used; absent where there is none. */
  readonly replyUntil?: EpochMs;
}

export interface DecisionMember {
  readonly id: MemberId;
  readonly consent: 'granted' | 'withdrawn' | 'none';
  readonly blocked: boolean;
}

export interface Candidate {
  readonly campaignId: CampaignId;
  readonly version: number;
  readonly state: 'running' | 'paused' | 'ended';
  readonly spec: CampaignSpec;
}

/** What is already written about this member and this candidate, read in the transaction of the decision. */
export interface CandidateHistory {
  /** The campaign was already weighed on its merits in this visit. */
  readonly weighedInVisit: boolean;
  /** Grants to this member inside `limits.perMember.per`. */
  readonly grantsInWindow: number;
  readonly holdsCoupon: boolean;
  /** Absent: unlimited. */
  readonly stockLeft?: number;
  readonly messagesLeft?: number;
  /** Giving it was tried in this very transaction and did not work out. */
  readonly failed?: RefusalReason;
}

export interface History {
  readonly campaigns: ReadonlyMap<CampaignId, CandidateHistory>;
  /** What LINE still lets us push this month; absent: unlimited or not known. */
  readonly quotaLeft?: number;
  /** Offers given on fixed device messages at this node in the last hour. */
  readonly fixedOffersLastHour: number;
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
  /** Set when granted. */
  readonly route?: Route;
}
