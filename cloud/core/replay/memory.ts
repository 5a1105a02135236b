import type { EpochMs } from '../../../protocol/units.ts';
import { MARKETING } from '../consent.ts';
import { stockKey } from '../counter-keys.ts';
import { ordinalOf } from '../coupon/coupon.ts';
import { countKey } from '../decide/caps.ts';
import type { Exposure } from '../decide/holdout.ts';
import { quotaLeft, quotaMonth } from '../deliver/quota.ts';
import type { CampaignId, MemberId, VisitId } from '../ids.ts';
import type { MemberFacts } from '../segment/types.ts';
import type { Asked, Changes, KnownCoupon, KnownGrant, KnownPerson, KnownVisit, Past } from '../working-set-types.ts';
import { countGrants } from './counted.ts';
import { factsAt, givenByEvent, personAt } from './member-then.ts';
import type { CouponChange, RecordedConsent, RecordedMember, RecordedPast, RecordedWorld } from './types.ts';

/**
 * What the database would hold, had it been asked then: filled from what was written down of before, and from then on by
 * what the judgements come to. Nothing else is kept and nothing is written anywhere.
 */
export interface ReplayMemory {
  /** Members that turn up for the first time. */
  learn(past: RecordedPast): void;
  knows(member: MemberId): boolean;
  member(id: MemberId): RecordedMember | undefined;
  /** Time goes on: what happened beside the events until now has happened. */
  advance(now: EpochMs): void;
  load(asked: Asked): Past;
  write(changes: Changes): void;
}

interface HeldCoupon extends KnownCoupon {
  readonly issueKey: string;
}
/** What a coupon took, to be given back if it was never shown. */
interface Taken {
  readonly memberId: MemberId;
  readonly grant?: KnownGrant;
  readonly counters: readonly string[];
}
type Change =
  | ({ readonly kind: 'coupon' } & CouponChange)
  | ({ readonly kind: 'consent'; readonly memberId: MemberId } & RecordedConsent);

export function replayMemory(world: RecordedWorld, since: EpochMs): ReplayMemory {
  let now = since;
  const members = new Map<MemberId, RecordedMember>();
  const people = new Map<MemberId, KnownPerson>();
  const visits = new Map<MemberId, KnownVisit[]>();
  const weighed = new Map<VisitId, Set<CampaignId>>();
  const coupons = new Map<MemberId, HeldCoupon[]>();
  const grants = new Map<MemberId, KnownGrant[]>();
  const exposures = new Map<string, { campaignId: CampaignId; memberId: MemberId; exposure: Exposure }>();
  const totals = countGrants(world.grants);
  const counters = new Map(world.counters);
  const fixedOffers = new Map([...world.fixedOffers].map(([node, times]) => [node, [...times]]));
  const taken = new Map<string, Taken>();
  const pushes: EpochMs[] = [];
  const consents: (Change & { readonly kind: 'consent' })[] = [];
  let couponsDone = 0;

  const give = (keys: readonly string[], by: 1 | -1): void => {
    for (const key of keys) counters.set(key, Math.max(0, (counters.get(key) ?? 0) + by));
  };

  const changeCoupon = ({ issueKey, to, givenBack, at }: CouponChange): void => {
    const given = taken.get(issueKey);
    if (given === undefined) return;
    const mine = coupons.get(given.memberId) ?? [];
    coupons.set(
      given.memberId,
      mine.map((coupon) => (coupon.issueKey === issueKey && coupon.issuedAt <= at ? { ...coupon, state: to } : coupon)),
    );
    if (!givenBack) return;
    give(given.counters, -1);
    if (given.grant === undefined) return;
    totals.remove(given.grant);
    grants.set(
      given.memberId,
      (grants.get(given.memberId) ?? []).filter((grant) => grant !== given.grant),
    );
  };

  const quota = (at: EpochMs): number | undefined => {
    const reading = world.quota.findLast((known) => known.at <= at);
    if (reading === undefined) return undefined;
    const month = quotaMonth(at);
    const since = pushes.filter((pushed) => pushed >= reading.at && quotaMonth(pushed) === month).length;
    return quotaLeft(reading, since, at);
  };

  return {
    knows: (member) => members.has(member),
    member: (id) => members.get(id),

    learn(past) {
      for (const member of past.members) {
        members.set(member.id, member);
        people.set(member.id, personAt(member, since));
        for (const consent of member.consents) {
          if (consent.purpose !== MARKETING || givenByEvent(consent) || consent.at < since) continue;
          consents.push({ kind: 'consent', memberId: member.id, ...consent });
        }
      }
      consents.sort((a, b) => a.at - b.at);
      for (const visit of past.visits) push(visits, visit.memberId, visit);
      for (const { visitId, campaignId } of past.weighed) addTo(weighed, visitId, campaignId);
      for (const grant of past.grants) push(grants, grant.memberId, grant);
      for (const coupon of past.coupons) {
        const { memberId, campaignId, issuedAt, issueKey } = coupon;
        push(coupons, memberId, coupon);
        const grant = grants.get(memberId)?.find((one) => one.campaignId === campaignId && one.at === issuedAt);
        const stock = stockKey(campaignId);
        taken.set(issueKey, { memberId, ...(grant && { grant }), counters: counters.has(stock) ? [stock] : [] });
      }
      for (const kept of past.exposures) exposures.set(`${kept.campaignId}|${kept.memberId}`, kept);
    },

    advance(at) {
      now = at;
      for (let next = consents[0]; next !== undefined && next.at <= at; next = consents[0]) {
        consents.shift();
        const person = people.get(next.memberId);
        if (person === undefined || (person.consentAt ?? 0) > next.at) continue;
        people.set(next.memberId, { ...person, consent: next.action, consentAt: next.at });
      }
      for (;;) {
        const change = world.couponChanges[couponsDone];
        if (change === undefined || change.at > at) break;
        couponsDone += 1;
        changeCoupon(change);
      }
    },

    load(asked) {
      const mine = visitsOf(visits, asked);
      const left = asked.quotaAt === undefined ? undefined : quota(asked.quotaAt);
      return {
        people: asked.members.flatMap((id) => people.get(id) ?? []),
        visits: mine,
        weighed: mine.flatMap(({ id }) =>
          [...(weighed.get(id) ?? [])].map((campaignId) => ({ visitId: id, campaignId })),
        ),
        coupons: asked.members.flatMap((id) =>
          (coupons.get(id) ?? []).filter(({ campaignId }) => asked.allCoupons || asked.campaigns.includes(campaignId)),
        ),
        grants: asked.members.flatMap((id) => (grants.get(id) ?? []).filter(({ at }) => at >= asked.grantsSince)),
        totals: new Map(asked.totals.map((query) => [countKey(query), totals.count(query)])),
        counters: new Map(asked.counters.map((key) => [key, counters.get(key) ?? 0])),
        exposures: asked.members.flatMap((id) =>
          asked.exposures.flatMap((campaign) => exposures.get(`${campaign}|${id}`) ?? []),
        ),
        fixedOffers: new Map(asked.fixedOffers.map((node) => [node, after(fixedOffers.get(node), asked)])),
        facts: asked.facts === undefined ? new Map() : factsOf(asked.members, members, now),
        ...(left !== undefined && { quotaLeft: left }),
      };
    },

    write(changes) {
      for (const { memberId, action, at } of changes.consents) {
        const person = people.get(memberId);
        if (person === undefined || (person.consentAt ?? 0) > at) continue;
        people.set(memberId, { ...person, consent: action, consentAt: at });
      }
      for (const [id, blocked] of changes.blocked) {
        const person = people.get(id);
        if (person !== undefined) people.set(id, { ...person, blocked });
      }
      for (const visit of changes.visits) {
        const others = (visits.get(visit.memberId) ?? []).filter(({ id }) => id !== visit.id);
        visits.set(visit.memberId, [...others, visit]);
      }
      const gone = new Map(changes.absorbed.map(({ from, into }) => [from, into]));
      for (const [from, into] of gone) for (const campaign of weighed.get(from) ?? []) addTo(weighed, into, campaign);
      for (const memberId of new Set(changes.visits.map((visit) => visit.memberId))) {
        visits.set(
          memberId,
          (visits.get(memberId) ?? []).filter(({ id }) => !gone.has(id)),
        );
      }
      for (const { key, taken: count } of changes.counters) counters.set(key, (counters.get(key) ?? 0) + count);
      for (const coupon of changes.coupons) {
        const { id, memberId, campaignId, issuedAt, expiresAt, issueKey, code } = coupon;
        const ordinal = ordinalOf(issueKey);
        push(coupons, memberId, {
          ...{ id, memberId, campaignId, issuedAt, expiresAt, issueKey, ordinal },
          state: 'issued',
          code: () => code,
        });
      }
      const issued = new Map(changes.coupons.map((coupon) => [coupon.id as string, coupon]));
      const sent = new Map(changes.deliveries.map((delivery) => [delivery.decisionId as string, delivery]));
      for (const row of changes.decisions) {
        const { decision, at, storeId, nodeId, trust } = row;
        const { memberId, campaignId, visitId, outcome, exposure } = decision;
        if (decision.weighed && visitId !== undefined) addTo(weighed, gone.get(visitId) ?? visitId, campaignId);
        if (outcome === 'granted' && trust === 'fixed' && nodeId !== undefined) push(fixedOffers, nodeId, at);
        const delivery = sent.get(row.id);
        if (delivery?.route === 'push') pushes.push(at);
        // The answer is free: what was set aside for a push goes back.
        if (delivery?.route === 'reply' && delivery.budgetKey !== undefined) give([delivery.budgetKey], -1);
        if (memberId === undefined) continue;
        if (exposure !== undefined && !exposures.has(`${campaignId}|${memberId}`)) {
          exposures.set(`${campaignId}|${memberId}`, { campaignId, memberId, exposure });
        }
        if (outcome !== 'granted' && outcome !== 'ghost') continue;
        const grant: KnownGrant = { memberId, campaignId, at, ...(storeId !== undefined && { storeId }) };
        push(grants, memberId, grant);
        totals.add(grant);
        const coupon = row.couponId === undefined ? undefined : issued.get(row.couponId);
        if (coupon === undefined) continue;
        const paid = delivery?.route === 'push' ? [delivery.budgetKey] : [];
        const keys = [delivery?.stockKey, ...paid].filter((key) => key !== undefined);
        taken.set(coupon.issueKey, { memberId, grant, counters: keys });
      }
    },
  };
}

const visitsOf = (visits: ReadonlyMap<MemberId, readonly KnownVisit[]>, asked: Asked): KnownVisit[] =>
  asked.members.flatMap((id) => (visits.get(id) ?? []).filter(({ lastAt }) => lastAt >= asked.visitsSince));

const after = (times: readonly EpochMs[] | undefined, { fixedOffersSince }: Asked): number =>
  (times ?? []).filter((at) => at > fixedOffersSince).length;

const factsOf = (
  ids: readonly MemberId[],
  members: ReadonlyMap<MemberId, RecordedMember>,
  now: EpochMs,
): Map<MemberId, MemberFacts> =>
  new Map(
    ids.flatMap((id): [MemberId, MemberFacts][] => {
      const member = members.get(id);
      return member === undefined ? [] : [[id, factsAt(member, now)]];
    }),
  );

function push<Key, T>(map: Map<Key, T[]>, key: Key, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

function addTo<Key, T>(map: Map<Key, Set<T>>, key: Key, item: T): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([item]));
  else set.add(item);
}
