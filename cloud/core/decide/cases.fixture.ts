import { StoreId } from '../../../protocol/ids.ts';
import { epochMs } from '../../../protocol/units.ts';
import { REPLY_QUEUE_MS, REPLY_RETRY_FOR_MS } from '../deliver/settle.ts';
import type { CampaignId, EventId, MemberId } from '../ids.ts';
import { CampaignManifest, type CampaignSpec } from '../manifest/campaign.ts';
import type { RefusalReason } from './reasons.ts';
import type { Candidate, CandidateHistory, DecisionEvent, DecisionMember, History, Place, Route } from './types.ts';

/** Tuesday noon in Taipei. */
export const NOON = epochMs(Date.parse('2026-12-15T04:00:00Z'));
/** From here on too little of the reply token is left to begin with. */
const TOO_LATE_TO_REPLY_MS = REPLY_RETRY_FOR_MS - REPLY_QUEUE_MS;
const minutes = (count: number): number => count * 60_000;
const later = (ms: number) => epochMs(NOON + ms);

export const PLACE: Place = {
  storeId: StoreId.parse('taipei-1'),
  zone: 'entrance',
  timeZone: 'Asia/Taipei',
  hours: { from: 10 * 60, to: 21 * 60 },
};
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
export const PAST: CandidateHistory = { weighedInVisit: false, grantsInWindow: 0, holdsCoupon: false };

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
  return { campaignId: id as CampaignId, version: 1, state: 'running', spec: parsed.spec as CampaignSpec };
}

type Patch<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** What differs from a fresh signed `enter` of a consenting member at noon, and what must come of it. */
export interface DecideCase {
  readonly name: string;
  readonly event?: Patch<DecisionEvent>;
  readonly member?: Patch<DecisionMember> | 'nobody';
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly state?: Candidate['state'];
  readonly past?: Patch<CandidateHistory>;
  readonly history?: Patch<Omit<History, 'campaigns'>>;
  readonly hours?: Place['hours'];
  readonly nowMs?: number;
  readonly expect: Route | { readonly reason: RefusalReason; readonly gate: string };
}

const PUSH = { delivery: { prefer: 'push' }, limits: { messages: { max: 5, per: 'day' } } };
const BOTH = { delivery: { prefer: 'reply', fallback: 'push' }, limits: { messages: { max: 5, per: 'day' } } };
const late = { reason: 'late_event', gate: 'fresh' } as const;
const untrusted = { reason: 'untrusted_beacon', gate: 'trust' } as const;
const inactive = { reason: 'campaign_inactive', gate: 'active' } as const;
const outside = { reason: 'outside_window', gate: 'window' } as const;

export const CASES: readonly DecideCase[] = [
  { name: 'all is well', expect: 'reply' },

  { name: 'no clock can tell its age', event: { ageMs: undefined }, expect: late },
  {
    name: 'exactly as old as allowed',
    event: { ageMs: minutes(2), replyUntil: undefined },
    spec: PUSH,
    expect: 'push',
  },
  { name: 'a moment too old', event: { ageMs: minutes(2) + 1, replyUntil: undefined }, spec: PUSH, expect: late },
  { name: 'redelivered, its token lives', event: { ageMs: minutes(19) }, expect: 'reply' },
  { name: 'redelivered 20 minutes on', event: { ageMs: minutes(20) }, expect: 'reply' },
  { name: 'redelivered later than that', event: { ageMs: minutes(20) + 1 }, expect: late },
  {
    name: 'redelivered, its token lives just long enough',
    event: { ageMs: minutes(5) },
    nowMs: TOO_LATE_TO_REPLY_MS - 1,
    expect: 'reply',
  },
  {
    name: 'redelivered, its token too short of breath',
    event: { ageMs: minutes(5) },
    nowMs: TOO_LATE_TO_REPLY_MS,
    expect: late,
  },
  {
    name: 'redelivered to a pushing campaign: answered, not pushed',
    event: { ageMs: minutes(5) },
    spec: PUSH,
    expect: 'reply',
  },
  { name: 'its own idea of fresh', event: { ageMs: minutes(9) }, spec: { ...PUSH, freshFor: 'PT10M' }, expect: 'push' },

  { name: 'a copied message', event: { trust: 'bad' }, expect: untrusted },
  { name: 'no message', event: { trust: 'none' }, expect: untrusted },
  { name: 'a copied message nobody minds', event: { trust: 'bad' }, spec: { trust: 'any' }, expect: 'reply' },
  { name: 'no message, nobody minds', event: { trust: 'none' }, spec: { trust: 'any' }, expect: 'reply' },
  { name: 'checked by LINE', event: { trust: 'line-secure' }, spec: { trust: 'signed' }, expect: 'reply' },
  { name: 'heard by our own node', event: { trust: 'node' }, spec: { trust: 'signed' }, expect: 'reply' },
  { name: 'fixed message', event: { trust: 'fixed' }, expect: 'reply' },
  {
    name: 'fixed message, the 20th this hour',
    event: { trust: 'fixed' },
    history: { fixedOffersLastHour: 19 },
    expect: 'reply',
  },
  {
    name: 'fixed message, the 21st',
    event: { trust: 'fixed' },
    history: { fixedOffersLastHour: 20 },
    expect: untrusted,
  },
  {
    name: 'fixed message where only signed counts',
    event: { trust: 'fixed' },
    spec: { trust: 'signed' },
    expect: untrusted,
  },
  {
    name: 'fixed message where anything counts',
    event: { trust: 'fixed' },
    spec: { trust: 'any' },
    history: { fixedOffersLastHour: 99 },
    expect: 'reply',
  },
  { name: 'signed after many fixed', history: { fixedOffersLastHour: 99 }, expect: 'reply' },

  { name: 'nobody we know', member: 'nobody', expect: { reason: 'unknown_subject', gate: 'known' } },
  { name: 'blocked', member: { blocked: true }, expect: { reason: 'blocked', gate: 'consent' } },
  { name: 'never asked', member: { consent: 'none' }, expect: { reason: 'no_consent', gate: 'consent' } },
  { name: 'withdrawn', member: { consent: 'withdrawn' }, expect: { reason: 'no_consent', gate: 'consent' } },

  { name: 'paused', state: 'paused', expect: inactive },
  { name: 'ended', state: 'ended', expect: inactive },
  { name: 'begins tomorrow', spec: { active: { from: '2026-12-16' } }, expect: inactive },
  { name: 'ended yesterday', spec: { active: { until: '2026-12-14' } }, expect: inactive },
  { name: 'last day', spec: { active: { from: '2026-12-15', until: '2026-12-15' } }, expect: 'reply' },

  { name: 'not on Tuesdays', spec: { active: { days: ['mon', 'wed'] } }, expect: outside },
  { name: 'on Tuesdays', spec: { active: { days: ['tue'] } }, expect: 'reply' },
  { name: 'opens at noon', spec: { active: { hours: '12:00-13:00' } }, expect: 'reply' },
  { name: 'closed at noon', spec: { active: { hours: '11:00-12:00' } }, expect: outside },

  {
    name: 'weighed in this visit',
    past: { weighedInVisit: true },
    expect: { reason: 'visit_continues', gate: 'visit' },
  },
  {
    name: 'had it as often as allowed',
    spec: { limits: { perMember: { max: 1, per: 'P30D' } } },
    past: { grantsInWindow: 1 },
    expect: { reason: 'cap_member_campaign', gate: 'caps' },
  },
  {
    name: 'once more is allowed',
    spec: { limits: { perMember: { max: 2, per: 'P30D' } } },
    past: { grantsInWindow: 1 },
    expect: 'reply',
  },
  { name: 'holds a coupon', past: { holdsCoupon: true }, expect: { reason: 'already_has_coupon', gate: 'coupon' } },
  { name: 'the shop closed at noon', hours: { from: 0, to: 720 }, expect: { reason: 'quiet_hours', gate: 'quiet' } },
  { name: 'no stock', past: { stockLeft: 0 }, expect: { reason: 'stock_exhausted', gate: 'stock' } },
  { name: 'the last piece', past: { stockLeft: 1 }, expect: 'reply' },
  {
    name: 'no budget for a push',
    event: { ear: 'tag', replyUntil: undefined },
    spec: PUSH,
    past: { messagesLeft: 0 },
    expect: { reason: 'budget_exhausted', gate: 'budget' },
  },
  { name: 'no budget, but a reply is free', spec: BOTH, past: { messagesLeft: 0 }, expect: 'reply' },
  {
    name: 'no quota at LINE for a push',
    spec: PUSH,
    history: { quotaLeft: 0 },
    expect: { reason: 'quota_exhausted', gate: 'quota' },
  },
  { name: 'no quota, but a reply is free', spec: BOTH, history: { quotaLeft: 0 }, expect: 'reply' },
  { name: 'could not be made', past: { failed: 'render_error' }, expect: { reason: 'render_error', gate: 'make' } },

  { name: 'prefers to push', spec: PUSH, expect: 'push' },
  { name: 'replies first', spec: BOTH, expect: 'reply' },
  { name: 'falls back where there is no token', event: { replyUntil: undefined }, spec: BOTH, expect: 'push' },
  { name: 'falls back where the token died', spec: BOTH, nowMs: TOO_LATE_TO_REPLY_MS, expect: 'push' },
  {
    name: 'replies only, and the token died',
    nowMs: TOO_LATE_TO_REPLY_MS,
    expect: { reason: 'late_event', gate: '(route)' },
  },
];

const merged = <T extends object>(base: T, patch: Patch<T> | undefined): T =>
  Object.fromEntries(Object.entries({ ...base, ...patch }).filter(([, value]) => value !== undefined)) as T;

/** The input of `decide` a case stands for. */
export function inputOf(given: Omit<DecideCase, 'expect'>) {
  const candidate = { ...campaign('tea', given.spec), ...(given.state && { state: given.state }) };
  const place = { ...PLACE, ...(given.hours && { hours: given.hours }) };
  const history: History = {
    ...merged<Omit<History, 'campaigns'>>({ fixedOffersLastHour: 0 }, given.history),
    campaigns: new Map([[candidate.campaignId, merged(PAST, given.past)]]),
  };
  return {
    event: merged(EVENT, given.event),
    place,
    member: given.member === 'nobody' ? undefined : merged(MEMBER, given.member),
    visitId: undefined,
    candidates: [candidate],
    history,
    now: later(given.nowMs ?? 0),
  };
}
