import { StoreId } from '../../../protocol/ids.ts';
import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import { REPLY_QUEUE_MS, REPLY_RETRY_FOR_MS } from '../deliver/settle.ts';
import type { CampaignId, EventId, MemberId } from '../ids.ts';
import { CampaignManifest } from '../manifest/campaign.ts';
import { PolicyManifest, type PolicySpec } from '../manifest/policy.ts';
import type { MemberFacts } from '../segment/types.ts';
import { type CapReason, capChecks, countKey } from './caps.ts';
import { clockOf, storeOf } from './clock.ts';
import { BUCKET_ALGORITHM } from './holdout.ts';
import type { RefusalReason } from './reasons.ts';
import type {
  Candidate,
  CandidateHistory,
  DecisionEvent,
  DecisionInput,
  DecisionMember,
  Home,
  Place,
  Route,
} from './types.ts';

/** Tuesday noon in Taipei. */
export const NOON = epochMs(Date.parse('2026-12-15T04:00:00Z'));
/** From here on too little of the reply token is left to begin with. */
const TOO_LATE_TO_REPLY_MS = REPLY_RETRY_FOR_MS - REPLY_QUEUE_MS;
const minutes = (count: number): number => count * 60_000;
const later = (ms: number) => epochMs(NOON + ms);

export const HOME: Home = {
  storeId: StoreId.parse('taipei-1'),
  timeZone: 'Asia/Taipei',
  hours: { from: 10 * 60, to: 21 * 60 },
};
export const PLACE: Place = { ...HOME, zone: 'entrance' };
export const MEMBER: DecisionMember = { id: 'mem_1' as MemberId, consent: 'granted', blocked: false };
export const EVENT: DecisionEvent = {
  id: 'evt_1' as EventId,
  ear: 'line',
  trigger: 'enter',
  at: NOON,
  ageMs: 400,
  trust: 'signed',
  replyUntil: later(REPLY_RETRY_FOR_MS),
};
export const PAST: CandidateHistory = { weighedInVisit: false, holdsCoupon: false };

/** A campaign of today's defaults; `spec` is written as in a file. */
export function campaign(id: string, spec: Readonly<Record<string, unknown>> = {}): Candidate {
  const parsed = CampaignManifest.parse({
    apiVersion: 'pharos/v1',
    kind: 'Campaign',
    metadata: { id },
    spec: {
      trigger: { on: 'enter' },
      offer: { coupon: { value: { percent: 20 }, redeemableAt: ['*'] }, message: { template: 'm.json' } },
      ...spec,
    },
  });
  const { audience, home } = parsed.spec;
  return {
    campaignId: id as CampaignId,
    version: 1,
    state: 'running',
    spec: parsed.spec,
    ...(audience !== undefined && { audience }),
    ...(home !== undefined && { home: HOME }),
  };
}

export const policyOf = (spec: Readonly<Record<string, unknown>>): PolicySpec =>
  PolicyManifest.parse({ apiVersion: 'pharos/v1', kind: 'Policy', metadata: { id: 'house' }, spec }).spec;

type Patch<T> = { readonly [K in keyof T]?: T[K] | undefined };

/**
 * What differs from a fresh signed `enter` of a consenting member at noon, to a campaign of no particular wishes, and
 * what must come of it. The table is the documentation of the gates: `says` is the rule the case shows.
 */
export interface DecideCase {
  readonly name: string;
  readonly says: string;
  readonly event?: Patch<DecisionEvent>;
  readonly member?: Patch<DecisionMember> | 'nobody';
  readonly facts?: MemberFacts;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly state?: Candidate['state'];
  /** The house policy, written as in a file. */
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly past?: Patch<CandidateHistory>;
  /** Grants and ghosts counted so far, for every cap of that reason. */
  readonly counted?: Readonly<Partial<Record<CapReason, number>>>;
  readonly history?: { readonly quotaLeft?: number; readonly fixedOffersLastHour?: number };
  readonly hours?: Place['hours'];
  readonly nowMs?: number;
  /** Another campaign of higher priority for the same event, written as in a file. */
  readonly beside?: Readonly<Record<string, unknown>>;
  readonly expect: Expected;
}

export type Expected =
  | { readonly outcome: 'granted'; readonly route: Route }
  | { readonly outcome: 'reissued'; readonly gate: string }
  | { readonly outcome: 'deferred'; readonly gate: string; readonly until: EpochMs }
  | { readonly outcome: 'ghost'; readonly gate: string }
  | { readonly outcome: 'refused'; readonly reason: RefusalReason; readonly gate: string };

const reply: Expected = { outcome: 'granted', route: 'reply' };
const push: Expected = { outcome: 'granted', route: 'push' };
const refused = (reason: RefusalReason, gate: string): Expected => ({ outcome: 'refused', reason, gate });
const late = refused('late_event', 'fresh');
const untrusted = refused('untrusted_beacon', 'trust');
const inactive = refused('campaign_inactive', 'active');
const outside = refused('outside_window', 'window');
const notMeant = refused('audience_mismatch', 'audience');

const messages = { max: 5, per: 'day' };
const PUSH = { delivery: { prefer: 'push' }, limits: { messages } };
const BOTH = { delivery: { prefer: 'reply', fallback: 'push' }, limits: { messages } };
const NO_TOKEN = { replyUntil: undefined };

const FOLLOW = { ear: 'line', trigger: 'follow', trust: 'webhook' } as const;
const TYPED = { ear: 'line', trigger: 'keyword', trust: 'webhook', phrase: '夏日冰品' } as const;
const CAME_DUE = { ear: 'clock', trigger: 'schedule', trust: 'clock', replyUntil: undefined } as const;
const ON_FOLLOW = { trigger: { on: 'follow' }, home: 'taipei-1' };
const ON_PHRASE = { trigger: { on: 'keyword', phrases: ['夏日冰品'] }, home: 'taipei-1' };
const ON_TIME = { trigger: { on: 'schedule', every: { time: '12:00' } }, home: 'taipei-1', ...PUSH };
/** One campaign, three ears. */
const EVERY_WAY = {
  trigger: [{ on: 'enter' }, { on: 'keyword', phrases: ['夏日冰品'] }, { on: 'schedule', every: { time: '12:00' } }],
  home: 'taipei-1',
};
const CLOSED_AT_NOON = { quietHours: '11:00-13:00' };
const ONE_PM = later(minutes(60));

const holdout = (points: string) => ({ experiment: { holdout: points } });
const kept = (arm: 'treated' | 'control') => ({
  exposure: { arm, bucket: arm === 'control' ? 9999 : 0, algorithm: BUCKET_ALGORITHM, at: epochMs(0) },
});

export const CASES: readonly DecideCase[] = [
  { name: 'all is well', says: 'Who passes every gate gets the coupon, by the free reply.', expect: reply },

  {
    name: 'no clock can tell its age',
    says: 'An event whose age nobody knows is late.',
    event: { ageMs: undefined },
    expect: late,
  },
  {
    name: 'exactly as old as allowed',
    says: 'A push may follow an event up to freshFor, two minutes unless said otherwise.',
    event: { ageMs: minutes(2), ...NO_TOKEN },
    spec: PUSH,
    expect: push,
  },
  {
    name: 'a moment too old',
    says: 'Past freshFor nobody is surprised by a push.',
    event: { ageMs: minutes(2) + 1, ...NO_TOKEN },
    spec: PUSH,
    expect: late,
  },
  {
    name: 'redelivered 20 minutes on',
    says: 'What LINE delivers again may be answered while its reply token lives.',
    event: { ageMs: minutes(20) },
    expect: reply,
  },
  {
    name: 'redelivered later than that',
    says: 'After 20 minutes the reply token is dead whatever it says.',
    event: { ageMs: minutes(20) + 1 },
    expect: late,
  },
  {
    name: 'redelivered, its token lives just long enough',
    says: 'A reply needs time to be sent.',
    event: { ageMs: minutes(5) },
    nowMs: TOO_LATE_TO_REPLY_MS - 1,
    expect: reply,
  },
  {
    name: 'redelivered, its token too short of breath',
    says: 'A token that would die in the queue is no token.',
    event: { ageMs: minutes(5) },
    nowMs: TOO_LATE_TO_REPLY_MS,
    expect: late,
  },
  {
    name: 'redelivered to a pushing campaign',
    says: 'An old event is answered, never pushed for, whatever the campaign prefers.',
    event: { ageMs: minutes(5) },
    spec: PUSH,
    expect: reply,
  },
  {
    name: 'the clock came late',
    says: 'What the clock started may be an hour late, for instance after a restart.',
    event: { ...CAME_DUE, ageMs: minutes(60) },
    spec: ON_TIME,
    expect: push,
  },
  {
    name: 'the clock came much too late',
    says: 'After an hour a scheduled message is dropped.',
    event: { ...CAME_DUE, ageMs: minutes(60) + 1 },
    spec: ON_TIME,
    expect: late,
  },

  { name: 'a copied message', says: 'A wrong signature proves nothing.', event: { trust: 'bad' }, expect: untrusted },
  { name: 'no message', says: 'No device message proves nothing.', event: { trust: 'none' }, expect: untrusted },
  {
    name: 'a copied message nobody minds',
    says: 'trust: any believes every beacon.',
    event: { trust: 'bad' },
    spec: { trust: 'any' },
    expect: reply,
  },
  {
    name: 'no message, nobody minds',
    says: 'trust: any asks for no device message.',
    event: { trust: 'none' },
    spec: { trust: 'any' },
    expect: reply,
  },
  {
    name: 'checked by LINE',
    says: 'The secure frame was checked by LINE itself.',
    event: { trust: 'line-secure' },
    spec: { trust: 'signed' },
    expect: reply,
  },
  {
    name: 'heard by our own node',
    says: 'A tag is heard over the node’s own authenticated link.',
    event: { trust: 'node' },
    spec: { trust: 'signed' },
    expect: reply,
  },
  {
    name: 'written in the chat',
    says: 'What LINE signed needs no beacon to vouch for it.',
    event: TYPED,
    spec: { ...ON_PHRASE, trust: 'signed' },
    expect: reply,
  },
  {
    name: 'fixed message, the 20th this hour',
    says: 'A node without clock or key still hands out 20 offers an hour.',
    event: { trust: 'fixed' },
    history: { fixedOffersLastHour: 19 },
    expect: reply,
  },
  {
    name: 'fixed message, the 21st',
    says: 'A copied fixed message cannot empty the stock.',
    event: { trust: 'fixed' },
    history: { fixedOffersLastHour: 20 },
    expect: untrusted,
  },
  {
    name: 'fixed message where only signed counts',
    says: 'trust: signed takes no fixed message.',
    event: { trust: 'fixed' },
    spec: { trust: 'signed' },
    expect: untrusted,
  },
  {
    name: 'fixed message where anything counts',
    says: 'trust: any does not count fixed messages.',
    event: { trust: 'fixed' },
    spec: { trust: 'any' },
    history: { fixedOffersLastHour: 99 },
    expect: reply,
  },
  {
    name: 'signed after many fixed',
    says: 'Fixed messages use up nothing for signed ones.',
    history: { fixedOffersLastHour: 99 },
    expect: reply,
  },

  {
    name: 'nobody we know',
    says: 'A phone or tag without a member behind it gets nothing.',
    member: 'nobody',
    expect: refused('unknown_subject', 'known'),
  },
  {
    name: 'blocked',
    says: 'Who blocked the account is left alone.',
    member: { blocked: true },
    expect: refused('blocked', 'consent'),
  },
  {
    name: 'never asked',
    says: 'No consent, no offer.',
    member: { consent: 'none' },
    expect: refused('no_consent', 'consent'),
  },
  {
    name: 'withdrawn',
    says: 'A consent withdrawn is none.',
    member: { consent: 'withdrawn' },
    expect: refused('no_consent', 'consent'),
  },

  { name: 'paused', says: 'A paused campaign gives nothing.', state: 'paused', expect: inactive },
  { name: 'ended', says: 'An ended campaign gives nothing.', state: 'ended', expect: inactive },
  {
    name: 'begins tomorrow',
    says: 'A campaign begins with the local day of active.from.',
    spec: { active: { from: '2026-12-16' } },
    expect: inactive,
  },
  {
    name: 'ended yesterday',
    says: 'A campaign is over when the local day of active.until is.',
    spec: { active: { until: '2026-12-14' } },
    expect: inactive,
  },
  {
    name: 'last day',
    says: 'The last day is part of the campaign.',
    spec: { active: { from: '2026-12-15', until: '2026-12-15' } },
    expect: reply,
  },
  {
    name: 'not on Tuesdays',
    says: 'Days are those of the store’s zone.',
    spec: { active: { days: ['mon', 'wed'] } },
    expect: outside,
  },
  { name: 'on Tuesdays', says: 'A day named is open.', spec: { active: { days: ['tue'] } }, expect: reply },
  {
    name: 'opens at noon',
    says: 'Hours begin with their first minute.',
    spec: { active: { hours: '12:00-13:00' } },
    expect: reply,
  },
  {
    name: 'closed at noon',
    says: 'Hours end before their last minute.',
    spec: { active: { hours: '11:00-12:00' } },
    expect: outside,
  },

  {
    name: 'a gold member where gold is meant',
    says: 'Who is in the audience goes on.',
    spec: { audience: { tier: { in: ['gold', 'silver'] } } },
    facts: { tier: 'gold' },
    expect: reply,
  },
  {
    name: 'no tier where gold is meant',
    says: 'Who has no tier is in none.',
    spec: { audience: { tier: 'gold' } },
    facts: { tier: null },
    expect: notMeant,
  },
  {
    name: 'staff',
    says: 'A segment may say who is not meant.',
    spec: { audience: { not: { tag: 'staff' } } },
    facts: { tags: new Set(['staff']) },
    expect: notMeant,
  },

  {
    name: 'weighed in this visit',
    says: 'A visit weighs a campaign once, however often the phone hears the door.',
    past: { weighedInVisit: true },
    expect: refused('visit_continues', 'visit'),
  },
  {
    name: 'another campaign came first',
    says: 'An event gives one message; the highest priority has it.',
    beside: { priority: 10 },
    expect: refused('lost_to_priority', 'priority'),
  },
  {
    name: 'another campaign of its group came first',
    says: 'Campaigns of one group exclude each other, and the reason says so.',
    spec: { group: 'tea' },
    beside: { priority: 10, group: 'tea' },
    expect: refused('excluded_by_group', 'priority'),
  },
  {
    name: 'a ghost came first',
    says: 'The control group of the better campaign does not get the lesser one either, or the comparison would lie.',
    beside: { priority: 10, ...holdout('50%') },
    past: {},
    member: { id: 'mem_2' as MemberId },
    expect: refused('lost_to_priority', 'priority'),
  },
  {
    name: 'the better one may not be had',
    says: 'Where the highest priority is refused, the next one has its chance.',
    beside: { priority: 10, active: { days: ['sun'] } },
    expect: reply,
  },

  {
    name: 'enough of this house',
    says: 'The house limits what one member gets of all campaigns together.',
    policy: { caps: { member: { max: 2, per: 'day' } } },
    counted: { cap_member: 2 },
    expect: refused('cap_member', 'caps'),
  },
  {
    name: 'had it as often as allowed',
    says: 'limits.perMember counts what this campaign gave the member, ghosts included.',
    spec: { limits: { perMember: { max: 1, per: 'P30D' } } },
    counted: { cap_member_campaign: 1 },
    expect: refused('cap_member_campaign', 'caps'),
  },
  {
    name: 'once more is allowed',
    says: 'A cap is reached when it is full, not before.',
    spec: { limits: { perMember: { max: 2, per: 'P30D' } } },
    counted: { cap_member_campaign: 1 },
    expect: reply,
  },
  {
    name: 'a second cap is full',
    says: 'Of several caps every one must hold.',
    spec: {
      limits: {
        perMember: [
          { max: 9, per: 'P30D' },
          { max: 1, per: 'week' },
        ],
      },
    },
    counted: { cap_member_campaign: 1 },
    expect: refused('cap_member_campaign', 'caps'),
  },
  {
    name: 'a second welcome',
    says: 'A welcome is given once in a life, without anybody writing a limit.',
    event: FOLLOW,
    spec: ON_FOLLOW,
    counted: { cap_member_campaign: 1 },
    expect: refused('cap_member_campaign', 'caps'),
  },
  {
    name: 'enough of this store',
    says: 'The house limits what one member gets at one store.',
    policy: { caps: { memberStore: { max: 1, per: 'day' } } },
    counted: { cap_member_store: 1 },
    expect: refused('cap_member_store', 'caps'),
  },
  {
    name: 'enough of this campaign at this store',
    says: 'A campaign may limit what one member gets of it at one store.',
    spec: { limits: { perMemberStore: { max: 1, per: 'ever' } } },
    counted: { cap_member_store: 1 },
    expect: refused('cap_member_store', 'caps'),
  },
  {
    name: 'the campaign gave enough for today',
    says: 'limits.total counts everyone together.',
    spec: { limits: { total: { max: 100, per: 'day' } } },
    counted: { cap_campaign: 100 },
    expect: refused('cap_campaign', 'caps'),
  },
  {
    name: 'the house gave enough for this hour',
    says: 'The global cap counts everyone and every campaign.',
    policy: { caps: { global: { max: 1000, per: 'PT1H' } } },
    counted: { cap_global: 1000 },
    expect: refused('cap_global', 'caps'),
  },

  {
    name: 'holds a coupon',
    says: 'Nobody gets a second coupon while the first can be used.',
    past: { holdsCoupon: true },
    expect: refused('already_has_coupon', 'coupon'),
  },
  {
    name: 'holds a coupon and types the phrase',
    says: 'The same phrase shows the same coupon again, however full the caps are.',
    event: TYPED,
    spec: { ...ON_PHRASE, limits: { perMember: { max: 1, per: 'ever' } } },
    counted: { cap_member_campaign: 1 },
    past: { holdsCoupon: true, stockLeft: 0 },
    expect: { outcome: 'reissued', gate: 'coupon' },
  },
  {
    name: 'holds a coupon and typed too long ago',
    says: 'A coupon is shown again by reply only.',
    event: { ...TYPED, ...NO_TOKEN },
    spec: { ...ON_PHRASE, ...PUSH },
    past: { holdsCoupon: true },
    expect: refused('late_event', 'coupon'),
  },
  {
    name: 'of several ways, by the door first',
    says: 'A campaign with several triggers gives one coupon: the phrase shows the one the door gave.',
    event: TYPED,
    spec: { ...EVERY_WAY, ...BOTH },
    past: { holdsCoupon: true },
    expect: { outcome: 'reissued', gate: 'coupon' },
  },
  {
    name: 'of several ways, by the phrase first',
    says: 'Who typed the phrase before gets nothing more at the door.',
    spec: { ...EVERY_WAY, ...BOTH },
    past: { holdsCoupon: true },
    expect: refused('already_has_coupon', 'coupon'),
  },
  {
    name: 'of several ways, by the clock last',
    says: 'Nor when the same campaign comes due.',
    event: CAME_DUE,
    spec: { ...EVERY_WAY, ...BOTH },
    past: { holdsCoupon: true },
    expect: refused('already_has_coupon', 'coupon'),
  },
  {
    name: 'of several ways, by the clock only',
    says: 'Where it is the first to reach the member, the clock pushes what the others would have replied.',
    event: CAME_DUE,
    spec: { ...EVERY_WAY, ...BOTH },
    expect: push,
  },
  {
    name: 'a welcome among other ways',
    says: 'A campaign that also welcomes is given once in a life, whichever way it comes.',
    spec: { trigger: [{ on: 'follow' }, { on: 'enter' }], home: 'taipei-1' },
    counted: { cap_member_campaign: 1 },
    expect: refused('cap_member_campaign', 'caps'),
  },
  {
    name: 'the coupon cannot be shown again',
    says: 'A message that cannot be made is told as such, the second time too.',
    event: TYPED,
    spec: ON_PHRASE,
    past: { holdsCoupon: true, failed: 'render_error' },
    expect: refused('render_error', 'coupon'),
  },

  {
    name: 'the shop closed at noon',
    says: 'It is quiet while the store is closed, and what happens at a door is dropped then.',
    hours: { from: 0, to: 720 },
    expect: refused('quiet_hours', 'quiet'),
  },
  {
    name: 'quiet hours of its own',
    says: 'A campaign may set its own quiet hours.',
    spec: CLOSED_AT_NOON,
    expect: refused('quiet_hours', 'quiet'),
  },
  {
    name: 'no quiet hours',
    says: 'A campaign may have no quiet hours at all, whether the store is open or not.',
    spec: { quietHours: 'none' },
    hours: { from: 0, to: 720 },
    expect: reply,
  },
  {
    name: 'quiet hours of the house',
    says: 'The house may set them for every campaign that says nothing.',
    policy: CLOSED_AT_NOON,
    expect: refused('quiet_hours', 'quiet'),
  },
  {
    name: 'the campaign knows better than the house',
    says: 'The campaign’s word counts before the house’s.',
    policy: CLOSED_AT_NOON,
    spec: { quietHours: 'none' },
    expect: reply,
  },
  {
    name: 'never closes',
    says: 'A store that never closes has no quiet hours.',
    hours: { from: 0, to: 1440 },
    expect: reply,
  },
  {
    name: 'came due in quiet hours',
    says: 'A scheduled message waits until the quiet hours are over, and is decided again then.',
    event: CAME_DUE,
    spec: { ...ON_TIME, ...CLOSED_AT_NOON },
    expect: { outcome: 'deferred', gate: 'quiet', until: ONE_PM },
  },
  {
    name: 'a friend made in quiet hours, of a campaign that pushes',
    says: 'A welcome by push waits, too.',
    event: FOLLOW,
    spec: { ...ON_FOLLOW, ...PUSH, ...CLOSED_AT_NOON },
    expect: { outcome: 'deferred', gate: 'quiet', until: ONE_PM },
  },
  {
    name: 'the token died over a phrase typed in quiet hours',
    says: 'What can no longer be answered at once waits, where the campaign may push.',
    event: { ...TYPED, ...NO_TOKEN },
    spec: { ...ON_PHRASE, ...BOTH, ...CLOSED_AT_NOON },
    expect: { outcome: 'deferred', gate: 'quiet', until: ONE_PM },
  },
  {
    name: 'nothing but a reply, and no token, in quiet hours',
    says: 'What may only be a reply cannot wait.',
    event: { ...TYPED, ...NO_TOKEN },
    spec: { ...ON_PHRASE, ...CLOSED_AT_NOON },
    expect: refused('quiet_hours', 'quiet'),
  },
  {
    name: 'a phrase typed in quiet hours',
    says: 'Who has just written is awake: the answer disturbs nobody.',
    event: TYPED,
    spec: { ...ON_PHRASE, ...CLOSED_AT_NOON },
    expect: reply,
  },
  {
    name: 'the quiet hours are over',
    says: 'A deferral ends with a decision of its own.',
    event: { ...FOLLOW, ear: 'clock', trust: 'clock', ...NO_TOKEN, target: 'tea' as CampaignId },
    spec: { ...ON_FOLLOW, ...PUSH },
    expect: push,
  },

  {
    name: 'no stock',
    says: 'What is given out is gone.',
    past: { stockLeft: 0 },
    expect: refused('stock_exhausted', 'stock'),
  },
  { name: 'the last piece', says: 'The last piece is given, too.', past: { stockLeft: 1 }, expect: reply },
  {
    name: 'no budget for a push',
    says: 'A push needs a message left in the budget.',
    event: { ear: 'tag', ...NO_TOKEN },
    spec: PUSH,
    past: { messagesLeft: 0 },
    expect: refused('budget_exhausted', 'budget'),
  },
  {
    name: 'no budget, but a reply is free',
    says: 'Replies cost nothing and need no budget.',
    spec: BOTH,
    past: { messagesLeft: 0 },
    expect: reply,
  },
  {
    name: 'no quota at LINE for a push',
    says: 'A push needs something left of what LINE lets the account send.',
    spec: PUSH,
    history: { quotaLeft: 0 },
    expect: refused('quota_exhausted', 'quota'),
  },
  {
    name: 'no quota, but a reply is free',
    says: 'Replies are not counted by LINE.',
    spec: BOTH,
    history: { quotaLeft: 0 },
    expect: reply,
  },
  {
    name: 'replies only, and the token died',
    says: 'Where no way is left to say it, it is too late.',
    nowMs: TOO_LATE_TO_REPLY_MS,
    expect: refused('late_event', 'route'),
  },
  {
    name: 'could not be made',
    says: 'A template that cannot be filled in gives nothing, and says so.',
    past: { failed: 'render_error' },
    expect: refused('render_error', 'make'),
  },

  { name: 'prefers to push', says: 'A campaign may insist on a push.', spec: PUSH, expect: push },
  { name: 'replies first', says: 'With both ways open the free one is taken.', spec: BOTH, expect: reply },
  {
    name: 'falls back where there is no token',
    says: 'Without a reply token a campaign that may push pushes.',
    event: NO_TOKEN,
    spec: BOTH,
    expect: push,
  },
  {
    name: 'falls back where the token died',
    says: 'A dead token is no token.',
    spec: BOTH,
    nowMs: TOO_LATE_TO_REPLY_MS,
    expect: push,
  },

  {
    name: 'in the control group',
    says: 'Who would have got it and is in the control group gets nothing, and counts as a ghost.',
    spec: holdout('50%'),
    member: { id: 'mem_2' as MemberId },
    expect: { outcome: 'ghost', gate: 'holdout' },
  },
  {
    name: 'treated, beside a control group',
    says: 'Everyone else gets it.',
    spec: holdout('0.01%'),
    expect: reply,
  },
  {
    name: 'spared before',
    says: 'The arm is kept at the first exposure, however small the control group became.',
    spec: holdout('0.01%'),
    past: kept('control'),
    expect: { outcome: 'ghost', gate: 'holdout' },
  },
  {
    name: 'treated before',
    says: 'Who was treated once stays so, however large the control group became.',
    spec: holdout('50%'),
    member: { id: 'mem_2' as MemberId },
    past: kept('treated'),
    expect: reply,
  },
  {
    name: 'sold out for ghosts, too',
    says: 'A ghost takes no stock, but where nothing is left nobody would have got it.',
    spec: holdout('50%'),
    member: { id: 'mem_2' as MemberId },
    past: { stockLeft: 0 },
    expect: refused('stock_exhausted', 'stock'),
  },
];

const merged = <T extends object>(base: T, patch: Patch<T> | undefined): T =>
  Object.fromEntries(Object.entries({ ...base, ...patch }).filter(([, value]) => value !== undefined)) as T;

const PLACED: readonly string[] = ['enter', 'dwell', 'exit'];

/** The input of `decide` a case stands for; the campaign in question is `tea`, the one beside it `cake`. */
export function inputOf(given: Omit<DecideCase, 'expect' | 'says'>): DecisionInput {
  const tea: Candidate = { ...campaign('tea', given.spec), ...(given.state && { state: given.state }) };
  const candidates = given.beside === undefined ? [tea] : [tea, campaign('cake', given.beside)];
  const event = merged(EVENT, given.event);
  const place = PLACED.includes(event.trigger) ? { ...PLACE, ...(given.hours && { hours: given.hours }) } : undefined;
  const policy = given.policy && policyOf(given.policy);
  const now = later(given.nowMs ?? 0);
  return {
    event,
    place,
    member:
      given.member === 'nobody'
        ? undefined
        : { ...merged(MEMBER, given.member), ...(given.facts && { facts: given.facts }) },
    visitId: undefined,
    candidates,
    policy,
    history: {
      fixedOffersLastHour: 0,
      ...given.history,
      campaigns: new Map([[tea.campaignId, merged(PAST, given.past)]]),
      counts: countsOf(candidates, place, policy, now, given.counted),
    },
    now,
  };
}

/** Every count the caps ask for: the number given for a reason, or none. */
export function countsOf(
  candidates: readonly Candidate[],
  place: Place | undefined,
  policy: PolicySpec | undefined,
  now: EpochMs,
  counted: DecideCase['counted'] = {},
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const candidate of candidates) {
    for (const check of capChecks(candidate, storeOf(candidate, place), policy, clockOf(candidate, place), now)) {
      counts.set(countKey(check.count), counted[check.reason] ?? 0);
    }
  }
  return counts;
}
