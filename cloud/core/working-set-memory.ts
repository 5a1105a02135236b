import type { NodeId } from '../../protocol/ids.ts';
import { unreachable } from '../../protocol/result.ts';
import type { EpochMs } from '../../protocol/units.ts';
import { ordinalOf } from './coupon/coupon.ts';
import { type CountQuery, countKey } from './decide/caps.ts';
import type { Exposure } from './decide/holdout.ts';
import type { CampaignId, DeliveryId, MemberId, Mint, VisitId } from './ids.ts';
import { push } from './maps.ts';
import type { NewEvent, RegisteredNode } from './ports.ts';
import { type MemberFacts, NONE } from './segment/types.ts';
import { visitStep } from './visit.ts';
import type {
  Changes,
  KnownCoupon,
  KnownGrant,
  KnownPerson,
  KnownVisit,
  Occurrence,
  Past,
} from './working-set-types.ts';

type Item<List> = List extends readonly (infer One)[] ? One : never;
type Mutable<List> = Item<List>[];

/**
 * What is known while a batch is judged: the past as it was loaded, and what the batch itself added to it. Every
 * question is answered from both; every answer that changes something is kept for the writing.
 */
export type Memory = ReturnType<typeof rememberPast>;

const pair = (a: string, b: string): string => `${a}|${b}`;

export function rememberPast(past: Past, mint: Mint) {
  const people = new Map<MemberId, KnownPerson>(past.people.map((person) => [person.id, person]));
  const visits = groupBy(past.visits, ({ memberId }) => memberId);
  const weighed = new Set(past.weighed.map(({ visitId, campaignId }) => pair(visitId, campaignId)));
  const coupons = groupBy(past.coupons, ({ memberId }) => memberId);
  const grants = groupBy(past.grants, ({ memberId }) => memberId);
  const total = { grants: [] as KnownGrant[] };
  const used = new Map(past.counters);
  const exposures = new Map(past.exposures.map((kept) => [pair(kept.campaignId, kept.memberId), kept.exposure]));
  const fixedOffers = new Map(past.fixedOffers);

  const heard: Mutable<Changes['heard']> = [];
  const closed: Mutable<Changes['closed']> = [];
  const consents: Mutable<Changes['consents']> = [];
  const blocked = new Map<MemberId, boolean>();
  const sources: Mutable<Changes['sources']> = [];
  const touched = new Map<VisitId, KnownVisit>();
  const absorbed: Mutable<Changes['absorbed']> = [];
  const taken = new Map<string, Item<Changes['counters']>>();
  const issued: Mutable<Changes['coupons']> = [];
  const decisions: Mutable<Changes['decisions']> = [];
  const deliveries: Mutable<Changes['deliveries']> = [];
  const exposed: Mutable<Changes['exposures']> = [];
  const deferrals: Mutable<Changes['deferrals']> = [];

  const setVisit = (visit: KnownVisit): void => {
    const others = (visits.get(visit.memberId) ?? []).filter(({ id }) => id !== visit.id);
    visits.set(visit.memberId, [...others, visit]);
    touched.set(visit.id, visit);
  };

  return {
    nameOf: (id: MemberId): string | undefined => past.names?.get(id),
    person: (id: MemberId): KnownPerson | undefined => people.get(id),

    /** Webhooks come again and out of order: what happened last counts, not what arrived last. */
    consent(memberId: MemberId, given: NonNullable<Occurrence['consent']>, at: EpochMs): void {
      const person = people.get(memberId);
      if (person === undefined || (given.unlessSaid === true && person.consent !== 'none')) return;
      // The same event, judged anew since LINE told it again, says nothing more.
      const isKnown = person.consentAt === at && person.consentSource === given.source;
      if (!isKnown) consents.push({ memberId, action: given.action, source: given.source, at });
      if (person.consentAt !== undefined && person.consentAt > at) return;
      const isBlocked = given.blocked ?? person.blocked;
      const last = { consent: given.action, consentAt: at, consentSource: given.source };
      people.set(memberId, { id: memberId, ...last, blocked: isBlocked });
      if (isBlocked !== person.blocked) blocked.set(memberId, isBlocked);
    },

    source: (learned: Item<Changes['sources']>): void => void sources.push(learned),

    /** The visit an event at a node belongs to; its bounds grow, or it is begun. */
    joinVisit(memberId: MemberId, { place: { storeId }, closeAfterMs }: RegisteredNode, at: EpochMs): VisitId {
      const here = (visits.get(memberId) ?? [])
        .filter((visit) => visit.storeId === storeId)
        .sort((a, b) => b.lastAt - a.lastAt);
      const step = visitStep(here, at, closeAfterMs);
      switch (step.type) {
        case 'open': {
          const id = mint.id('visit') as VisitId;
          setVisit({ id, memberId, storeId, openedAt: step.at, lastAt: step.at });
          return id;
        }
        case 'extend':
        case 'merge':
          setVisit({ id: step.id, memberId, storeId, openedAt: step.openedAt, lastAt: step.lastAt });
          if (step.type === 'merge') for (const from of step.absorbed) absorb(memberId, from, step.id);
          return step.id;
        default:
          return unreachable(step);
      }
    },

    weighed: (visit: VisitId, campaign: CampaignId): boolean => weighed.has(pair(visit, campaign)),

    /** The coupon a member can still use, the newest of several. */
    heldCoupon: (campaign: CampaignId, member: MemberId, now: EpochMs): KnownCoupon | undefined =>
      (coupons.get(member) ?? []).findLast(
        ({ campaignId, state, expiresAt }) =>
          campaignId === campaign && (state === 'issued' || state === 'locked') && expiresAt > now,
      ),

    /**
     * Names the next right. Not the count alone: a member that was merged and taken apart again kept what it was given
     * in between, but lost those it had been counted after.
     */
    nextOrdinal(campaign: CampaignId, member: MemberId): number {
      const had = (coupons.get(member) ?? []).filter(({ campaignId }) => campaignId === campaign);
      return 1 + Math.max(had.length, ...had.map(({ ordinal }) => ordinal));
    },

    count(query: CountQuery, member: MemberId): number {
      if (!query.ofMember) {
        const before = past.totals.get(countKey(query));
        if (before === undefined) throw new Error(`${countKey(query)} was not counted`);
        return before + total.grants.filter((grant) => matches(query, grant)).length;
      }
      return (grants.get(member) ?? []).filter((grant) => matches(query, grant)).length;
    },

    exposure: (campaign: CampaignId, member: MemberId): Exposure | undefined => exposures.get(pair(campaign, member)),
    fixedOffers: (node: NodeId): number => fixedOffers.get(node) ?? 0,

    left: (key: string, limit: number): number => Math.max(0, limit - (used.get(key) ?? 0)),

    /** Takes one of a counter unless that would pass `limit`; false when nothing is left. */
    take(key: string, limit: number): boolean {
      const now = used.get(key) ?? 0;
      if (now + 1 > limit) return false;
      used.set(key, now + 1);
      taken.set(key, { key, taken: (taken.get(key)?.taken ?? 0) + 1, limit });
      return true;
    },

    factsOf(member: MemberId, visitId: VisitId | undefined): MemberFacts {
      const person = people.get(member);
      const kept = past.facts.get(member);
      return {
        tags: new Set(),
        tier: NONE,
        attributes: new Map(),
        birthday: NONE,
        firstSeenAt: NONE,
        consents: new Set(),
        ...kept,
        ...(person?.consent === 'withdrawn' && { consents: new Set() }),
        visits: (visits.get(member) ?? []).map(({ id, storeId, openedAt, lastAt }) => ({
          storeId,
          openedAt,
          lastAt,
          ...(id === visitId && { current: true }),
        })),
        coupons: coupons.get(member) ?? [],
      };
    },

    issue(coupon: Item<Changes['coupons']>): void {
      issued.push(coupon);
      const { id, memberId, campaignId, issuedAt, expiresAt, code, issueKey } = coupon;
      const known = { id, memberId, campaignId, issuedAt, expiresAt, ordinal: ordinalOf(issueKey) };
      push(coupons, memberId, { ...known, state: 'issued', code: () => code });
    },

    decided(row: Item<Changes['decisions']>): void {
      decisions.push(row);
      const { decision, nodeId, storeId, trust, at } = row;
      const { memberId, campaignId, visitId, outcome, exposure } = decision;
      if (outcome === 'granted' && trust === 'fixed' && nodeId !== undefined) {
        fixedOffers.set(nodeId, (fixedOffers.get(nodeId) ?? 0) + 1);
      }
      if (decision.weighed && visitId !== undefined) weighed.add(pair(visitId, campaignId));
      if (memberId === undefined) return;
      if (outcome === 'granted' || outcome === 'ghost') {
        const grant = { memberId, campaignId, at, ...(storeId !== undefined && { storeId }) };
        push(grants, memberId, grant);
        total.grants.push(grant);
      }
      if (exposure !== undefined && !exposures.has(pair(campaignId, memberId))) {
        exposures.set(pair(campaignId, memberId), exposure);
        exposed.push({ campaignId, memberId, exposure });
      }
    },

    delivery(delivery: Omit<Item<Changes['deliveries']>, 'id' | 'retryKey'>): void {
      deliveries.push({ ...delivery, id: mint.id('delivery') as DeliveryId, retryKey: mint.uuid() });
    },
    deferral: (deferral: Item<Changes['deferrals']>): void => void deferrals.push(deferral),

    event(event: NewEvent, stored: boolean, facts: Item<Changes['closed']>['facts']): void {
      if (stored) closed.push({ id: event.id, facts });
      else heard.push({ event, facts });
    },

    changes: (): Changes => ({
      heard,
      closed,
      consents,
      blocked,
      sources,
      visits: [...touched.values()],
      absorbed,
      counters: [...taken.values()],
      coupons: issued,
      decisions,
      deliveries,
      exposures: exposed,
      deferrals,
    }),
  };

  function absorb(member: MemberId, from: VisitId, into: VisitId): void {
    visits.set(
      member,
      (visits.get(member) ?? []).filter(({ id }) => id !== from),
    );
    absorbed.push({ from, into });
    const prefix = pair(from, '');
    for (const key of weighed) if (key.startsWith(prefix)) weighed.add(pair(into, key.slice(prefix.length)));
  }
}

const matches = ({ campaignId, storeId, since }: CountQuery, grant: KnownGrant): boolean =>
  (campaignId === undefined || grant.campaignId === campaignId) &&
  (storeId === undefined || grant.storeId === storeId) &&
  (since === undefined || grant.at >= since);

function groupBy<Key, T>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) push(groups, keyOf(item), item);
  return groups;
}
