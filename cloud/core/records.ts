import type { Hwid, NodeId, StoreId } from '../../protocol/ids.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Ear, Place, Route, TriggerType, Trust } from './decide/types.ts';
import type { CampaignId, CouponId, DecisionId, EventId, MemberId, VisitId } from './ids.ts';
import type { LineMessage } from './message/render.ts';
import type { Source } from './source.ts';

/** What is written of an event on its way to a delivery, and the node it came from. */

export interface NewEvent {
  readonly id: EventId;
  readonly ear: Ear;
  /** LINE's webhookEventId, or `node:epoch:seq`: the same occurrence always has the same. */
  readonly sourceId: string;
  readonly type: string;
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
  readonly ageMs?: number;
  readonly nodeId?: NodeId;
  /** The raw event while it waits to be processed; `null` where nothing of it need be kept. */
  readonly body: unknown;
}

/** What processing found out; written when an event is closed. */
export interface EventFacts {
  readonly nodeId?: NodeId;
  readonly storeId?: StoreId;
  readonly memberId?: MemberId;
  readonly visitId?: VisitId;
  readonly trust?: Trust;
  readonly hwid?: string;
  readonly dm?: string;
  /** What the event counted: advertisers of a footfall, rows a node had to drop. */
  readonly count?: number;
  /** What campaigns could wait for in it; absent where it only keeps a visit going, or less. */
  readonly trigger?: TriggerType;
  readonly detail?: EventDetail;
}

/** What else of an event decides what follows from it; kept so that it can be judged again. */
export interface EventDetail {
  /** `dwell`: how long the tag had stayed. */
  readonly presentMs?: number;
  /** `follow`: of one who had blocked the account. */
  readonly returned?: true;
  /** What was typed, folded; written as a keyed digest. */
  readonly phrase?: string;
  /** It brought a reply token. */
  readonly answerable?: true;
  /** Somebody else spoke for the account: nothing was offered. */
  readonly standby?: true;
}

export interface RegisteredNode {
  readonly id: NodeId;
  readonly hwid: Hwid;
  readonly index: number;
  readonly slotSeconds: number;
  /** Absent until `pharos node add` made one. */
  readonly dmKey?: Uint8Array;
  readonly place: Place;
  readonly closeAfterMs: number;
  readonly locale: string;
  readonly storeName: string;
}

export interface NewCoupon {
  readonly campaignId: CampaignId;
  readonly campaignVersion: number;
  readonly memberId: MemberId;
  readonly code: string;
  /** Absent where it was given at no store. */
  readonly storeId?: StoreId;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** What the event that brought it proved to have led to it. */
  readonly source?: Source;
}

export interface NewDelivery {
  readonly decisionId: DecisionId;
  readonly memberId: MemberId;
  /** Absent where nothing is given, only said. */
  readonly couponId?: CouponId;
  readonly route: Route;
  readonly fallback: 'none' | 'push';
  readonly replyToken?: string;
  readonly tokenReceivedAt?: EpochMs;
  readonly messages: readonly LineMessage[];
  readonly notAfter: EpochMs;
  /** Counters to give back to if the message is never shown. */
  readonly stockKey?: string;
  readonly budgetKey?: string;
  readonly createdAt: EpochMs;
}
