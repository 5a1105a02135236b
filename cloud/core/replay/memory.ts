import type { EpochMs } from '../../../protocol/units.ts';
import { MARKETING } from '../consent.ts';
import type { CampaignId, MemberId, VisitId } from '../ids.ts';
import { addTo, push } from '../maps.ts';
import type { MemberFacts } from '../segment/types.ts';
import type { Asked, Changes, KnownPerson, KnownVisit, Past } from '../working-set-types.ts';
import { givenSoFar } from './given.ts';
import { factsAt, givenByEvent, personAt } from './member-then.ts';
import { quotaThen } from './quota-then.ts';
import type { RecordedConsent, RecordedMember, RecordedPast, RecordedWorld } from './types.ts';

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

export function replayMemory(world: RecordedWorld, since: EpochMs): ReplayMemory {
  let now = since;
  const members = new Map<MemberId, RecordedMember>();
  const people = new Map<MemberId, KnownPerson>();
  const visits = new Map<MemberId, KnownVisit[]>();
  const weighed = new Map<VisitId, Set<CampaignId>>();
  const exposures = new Map<string, Past['exposures'][number]>();
  const given = givenSoFar(world);
  const fixedOffers = new Map([...world.fixedOffers].map(([node, times]) => [node, [...times]]));
  const quota = quotaThen(world.quota);
  /** Given by a form, or by hand: they come with their time. */
  const consents: (RecordedConsent & { readonly memberId: MemberId })[] = [];
  let couponsChanged = 0;

  /** What happened last counts, not what was heard last. */
  const consent = (id: MemberId, { action, at }: Pick<RecordedConsent, 'action' | 'at'>): void => {
    const person = people.get(id);
    if (person === undefined || (person.consentAt ?? 0) > at) return;
    people.set(id, { ...person, consent: action, consentAt: at });
  };

  const writeVisits = ({ visits: changed, absorbed }: Changes): void => {
    const gone = new Map(absorbed.map(({ from, into }) => [from, into]));
    for (const visit of changed) {
      const others = (visits.get(visit.memberId) ?? []).filter(({ id }) => id !== visit.id && !gone.has(id));
      visits.set(visit.memberId, gone.has(visit.id) ? others : [...others, visit]);
    }
    for (const [from, into] of gone) for (const campaign of weighed.get(from) ?? []) addTo(weighed, into, campaign);
  };

  const writeDecisions = ({ decisions, deliveries, absorbed }: Changes): void => {
    const gone = new Map(absorbed.map(({ from, into }) => [from, into]));
    for (const { decision, at, nodeId, trust } of decisions) {
      const { visitId, campaignId, outcome } = decision;
      if (decision.weighed && visitId !== undefined) addTo(weighed, gone.get(visitId) ?? visitId, campaignId);
      if (outcome === 'granted' && trust === 'fixed' && nodeId !== undefined) push(fixedOffers, nodeId, at);
    }
    for (const { route, createdAt } of deliveries) if (route === 'push') quota.pushed(createdAt);
  };

  return {
    knows: (member) => members.has(member),
    member: (id) => members.get(id),

    learn(past) {
      for (const member of past.members) {
        members.set(member.id, member);
        people.set(member.id, personAt(member, since));
        for (const one of member.consents) {
          if (one.purpose === MARKETING && !givenByEvent(one) && one.at >= since) {
            consents.push({ ...one, memberId: member.id });
          }
        }
      }
      consents.sort((a, b) => a.at - b.at);
      for (const visit of past.visits) push(visits, visit.memberId, visit);
      for (const { visitId, campaignId } of past.weighed) addTo(weighed, visitId, campaignId);
      for (const kept of past.exposures) exposures.set(exposureKey(kept), kept);
      given.learn(past);
    },

    advance(at) {
      now = at;
      for (let [next] = consents; next !== undefined && next.at <= at; [next] = consents) {
        consents.shift();
        consent(next.memberId, next);
      }
      for (;;) {
        const change = world.couponChanges[couponsChanged];
        if (change === undefined || change.at > at) break;
        couponsChanged += 1;
        given.change(change);
      }
    },

    load(asked) {
      const theirs = asked.members.flatMap((id) =>
        (visits.get(id) ?? []).filter(({ lastAt }) => lastAt >= asked.visitsSince),
      );
      const left = asked.quotaAt === undefined ? undefined : quota.left(asked.quotaAt);
      return {
        people: asked.members.flatMap((id) => people.get(id) ?? []),
        visits: theirs,
        weighed: theirs.flatMap(({ id }) =>
          [...(weighed.get(id) ?? [])].map((campaignId) => ({ visitId: id, campaignId })),
        ),
        coupons: given.coupons(asked),
        grants: given.grants(asked),
        totals: given.totals(asked.totals),
        counters: given.counters(asked.counters),
        exposures: asked.members.flatMap((memberId) =>
          asked.exposures.flatMap((campaignId) => exposures.get(exposureKey({ campaignId, memberId })) ?? []),
        ),
        fixedOffers: new Map(
          asked.fixedOffers.map((node) => [
            node,
            (fixedOffers.get(node) ?? []).filter((at) => at > asked.fixedOffersSince).length,
          ]),
        ),
        facts: asked.facts === undefined ? new Map() : factsOf(asked.members, members, now),
        ...(left !== undefined && { quotaLeft: left }),
      };
    },

    write(changes) {
      for (const one of changes.consents) consent(one.memberId, one);
      for (const [id, blocked] of changes.blocked) {
        const person = people.get(id);
        if (person !== undefined) people.set(id, { ...person, blocked });
      }
      for (const kept of changes.exposures) exposures.set(exposureKey(kept), kept);
      writeVisits(changes);
      writeDecisions(changes);
      given.write(changes);
    },
  };
}

const exposureKey = ({ campaignId, memberId }: Pick<Past['exposures'][number], 'campaignId' | 'memberId'>): string =>
  `${campaignId}|${memberId}`;

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
