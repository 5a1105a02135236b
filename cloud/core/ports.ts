import type { NodeId, StoreId } from '../../protocol/ids.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Matchable } from './decide/match.ts';
import type { Decision, Place, Route, TriggerType, Trust } from './decide/types.ts';
import type { DeliveryFacts, SettleStep } from './deliver/settle.ts';
import type { CampaignId, CouponId, DecisionId, DeliveryId, EventId, MemberId } from './ids.ts';
import type { NodeManifest } from './manifest/node.ts';
import type { PolicySpec } from './manifest/policy.ts';
import type { LineMessage } from './message/render.ts';
import type { EventFacts, NewCoupon, NewDelivery, NewEvent, RegisteredNode } from './records.ts';
import type { Suspicion } from './suspicion.ts';
import type { Asked, Changes, Offer, Past } from './working-set-types.ts';

export type { EventDetail, EventFacts, NewCoupon, NewDelivery, NewEvent, RegisteredNode } from './records.ts';

/** What the cloud's use cases need of its memory. Implemented in `store`, one file per aggregate. */

/** A stored event while it is worked off. */
export interface ClaimedEvent extends Omit<NewEvent, 'body'> {
  /** What was kept of it. Throws when it cannot be read. */
  readonly body: () => unknown;
}

/** These events, or so many of those that have waited longest. */
export type WantedEvents = readonly EventId[] | { readonly most: number };

export interface EventPort {
  /** Makes an event wait; false when the same occurrence is already there. */
  add(event: NewEvent): Promise<boolean>;
  /** Which of these occurrences are already there. */
  known(sourceIds: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Makes an occurrence that came again wait once more, as it came now: its reply token lives anew. Only where it still
   * waits, or where nothing came of it and some campaign found it late; all decisions give way. False for any other.
   */
  renew(event: NewEvent): Promise<boolean>;
  /** What waits, in the order it came. Only a claim says whether it is still there to be worked off. */
  pending(limit: number): Promise<EventId[]>;
  /** Those of them that still wait, in the order they came; nobody else gets them before this transaction ends. */
  claim(wanted: WantedEvents): Promise<ClaimedEvent[]>;
  /** Ends the wait of an event. Done, nothing of its body is kept; failed, all of it is, to be looked into. */
  close(id: EventId, state: 'done' | 'failed', facts: EventFacts): Promise<void>;
}

/** The registry as it is for the length of one transaction. */
export interface Registry {
  node(id: NodeId): Promise<RegisteredNode | undefined>;
  nodesByHwid(hwid: string): Promise<readonly RegisteredNode[]>;
  /** Campaigns that wait for an event, found without looking at those that have nothing to do with it. */
  offers(event: Matchable, place: Place | undefined): Promise<readonly Offer[]>;
  policy(): Promise<PolicySpec | undefined>;
}

/** What a node's bundle is made from, besides where the broker is. */
export interface NodeCredentials {
  readonly node: { readonly id: NodeId; readonly storeId: string; readonly zone: string; readonly index: number };
  readonly spec: NodeManifest['spec'];
  /** HWIDs of the other nodes of its store, which may hear it and be heard. */
  readonly neighbours: readonly string[];
  readonly dmKeyHex: string;
  readonly mqttPassword: string;
}

export type IdentityKind = 'line_user' | 'ble_tag' | 'pos_card' | 'phone' | 'email';

export interface Identity {
  readonly kind: IdentityKind;
  readonly issuer: string;
  readonly subject: string;
}

/** Names an identity; no part of one contains a line break. */
export const identityKey = ({ kind, issuer, subject }: Identity): string => `${kind}\n${issuer}\n${subject}`;

export interface MemberPort {
  /** By `identityKey`; those nobody has are left out. */
  find(identities: readonly Identity[]): Promise<ReadonlyMap<string, MemberId>>;
  /** When identities that belonged to erased members were erased, by `identityKey`. */
  erasedAt(identities: readonly Identity[]): Promise<ReadonlyMap<string, EpochMs>>;
  /** New members, each with its first identity. */
  make(identities: readonly (Identity & { readonly at: EpochMs })[]): Promise<ReadonlyMap<string, MemberId>>;
  /** A new member with its first identity. */
  create(identity: Identity, at: EpochMs): Promise<{ readonly id: MemberId }>;
}

export interface CounterPort {
  /** Takes one unless that would pass `limit`; false when nothing is left. */
  take(key: string, limit: number): Promise<boolean>;
  giveBack(key: string): Promise<void>;
}

export interface CouponPort {
  /** `undefined` when the issue key is taken: somebody else gave this very right. */
  issue(coupon: NewCoupon, issueKey: string): Promise<CouponId | undefined>;
}

export interface DecisionPort {
  add(
    eventId: EventId,
    decision: Decision,
    facts: { nodeId?: NodeId; storeId?: StoreId; trust: Trust; couponId?: CouponId; at: EpochMs },
  ): Promise<DecisionId>;
}

export interface DeliveryPort {
  add(delivery: NewDelivery): Promise<DeliveryId>;
}

/** A decision put off until its time. */
export interface DueDeferral {
  readonly eventId: EventId;
  readonly campaignId: CampaignId;
  readonly memberId: MemberId;
  readonly trigger: TriggerType;
  readonly until: EpochMs;
}

/** One time a scheduled campaign comes due; members have their turn in the order of their ids. */
export interface ScheduleRun {
  readonly campaignId: CampaignId;
  readonly dueAt: EpochMs;
  /** The last member who had a turn; the smallest id of all before the first. */
  readonly afterMember: MemberId;
}

export interface ClockPort {
  /** Nobody else gets them before this transaction ends. */
  dueDeferrals(now: EpochMs, limit: number): Promise<DueDeferral[]>;
  /** False where it is closed already. */
  closeDeferral(deferral: Pick<DueDeferral, 'eventId' | 'campaignId'>, at: EpochMs): Promise<boolean>;
  /** The newest run of each campaign that came due by `now`; a clock that was ahead may have begun later ones. */
  lastRuns(now: EpochMs): Promise<ReadonlyMap<CampaignId, EpochMs>>;
  /** Once, however many begin it; with `doneAt`, to remember it as over. */
  beginRun(campaign: CampaignId, dueAt: EpochMs, doneAt: EpochMs | undefined): Promise<void>;
  /**
   * Runs that are not done, and when somebody last gave members of any run a turn; that is absent where nobody ever did.
   * None at all where it cannot be told.
   */
  openRuns(): Promise<{ readonly runs: readonly ScheduleRun[]; readonly movedAt?: EpochMs }>;
  /** The oldest run that is not done; nobody else gets it before this transaction ends. */
  openRun(): Promise<ScheduleRun | undefined>;
  membersAfter(member: MemberId, limit: number): Promise<MemberId[]>;
  /** False where it has gone on since it was read. */
  advanceRun(run: ScheduleRun, afterMember: MemberId, doneAt: EpochMs | undefined): Promise<boolean>;
}

/** Frames that do not fit, told to people by the day and door. */
export interface AlertPort {
  noteAll(suspicions: readonly Suspicion[]): Promise<void>;
}

/** What may be looked up without holding up those who write. */
export interface LedgerReads {
  readonly events: Pick<EventPort, 'pending'>;
}

/** Everything a batch of events may touch, in one transaction. */
export interface LedgerTx {
  readonly events: EventPort;
  /** Held as it is until the transaction ends. */
  registry(): Promise<Registry>;
  readonly members: MemberPort;
  readonly clock: ClockPort;
  /** Reads, and locks against others, what the batch asks for. */
  load(asked: Asked): Promise<Past>;
  /** Writes what the batch came to. Where somebody was faster all the same, the whole transaction begins anew. */
  write(changes: Changes): Promise<void>;
  readonly counters: CounterPort;
  readonly coupons: CouponPort;
  readonly decisions: DecisionPort;
  readonly deliveries: DeliveryPort;
  readonly alerts: AlertPort;
}

/** As much of it as judging takes; a replay gives this much of its own. */
export type JudgingTx = Pick<LedgerTx, 'registry' | 'load' | 'write' | 'clock'>;

export interface Ledger {
  /** Looks something up outside of any transaction. */
  read<T>(work: (rows: LedgerReads) => Promise<T>): Promise<T>;
  /**
   * Makes all of these events wait, but for those that are already there, whose source ids it returns. All of them are
   * durable when the promise resolves, none when it rejects: one statement, which is a transaction by itself.
   */
  hear(events: readonly NewEvent[]): Promise<ReadonlySet<string>>;
  /**
   * Runs `work` in one transaction: all of it is durable when the promise resolves, none of it when it rejects. It may
   * run more than once, so it changes nothing outside of the transaction.
   */
  transaction<T>(work: (tx: LedgerTx) => Promise<T>): Promise<T>;
  /** How many transactions make headway beside each other. */
  readonly writersAtOnce: number;
  /** Whether a rejection came from the database itself and not from what it was given: the same work may succeed later. */
  isFault(error: unknown): boolean;
}

/** A delivery as its sender holds it. */
export interface ClaimedDelivery extends DeliveryFacts {
  readonly id: DeliveryId;
  /** The end of the lease: with the number of attempts it names the claim. */
  readonly claimedUntil: EpochMs;
  readonly retryKey: string;
  readonly messages: readonly LineMessage[];
  readonly replyToken?: string;
  /** The retry key of the multicast it goes with; all that were claimed with the same go in one call. */
  readonly castKey?: string;
  /** The member's LINE user id; absent when the link has ended. */
  readonly lineUserId?: string;
  /** The member has blocked the account: LINE would take the call and show nothing. */
  readonly blocked?: true;
  /** The member has asked for no more offers since this one was decided. */
  readonly withdrew?: true;
}

export interface AttemptRecord {
  readonly route: Route;
  readonly outcome: string;
  readonly detail?: string;
  readonly requestId?: string;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs;
}

/** An attempt that has ended, or was not made, and what follows from it. */
export interface SettledDelivery {
  readonly delivery: ClaimedDelivery;
  readonly step: SettleStep;
  readonly attempt?: AttemptRecord;
  readonly at: EpochMs;
}

export interface SenderTurn {
  readonly claimed: readonly ClaimedDelivery[];
  /** Of what had ended, that which is written: the others had been claimed by somebody else, who tells their end. */
  readonly written: ReadonlySet<string>;
  /** Of the multicasts that were due, who needs no call: written in the same turn, for they have left for good. */
  readonly needless: readonly SettledDelivery[];
}

export interface SenderPort {
  /**
   * One turn of a sender, in one transaction: writes what has ended, each with its attempt, giving back what was never
   * shown; then claims what is due for up to `limit` calls for `leaseMs`, replies first, as many as LINE's rates allow
   * all senders together. Pushes of the same words are claimed as one multicast, and what is under way of a multicast is
   * claimed as a whole. A claim that outlives its lease is claimed again, in doubt.
   */
  turn(
    ended: readonly SettledDelivery[],
    claim: { readonly limit: number; readonly leaseMs: number; readonly now: EpochMs; readonly random: number },
  ): Promise<SenderTurn>;
  /** When there is something to claim next, LINE's pauses included; `undefined` when nothing waits. */
  nextDueAt(now: EpochMs): Promise<EpochMs | undefined>;
}
