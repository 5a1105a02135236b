import type { EpochMs } from '../../../protocol/units.ts';
import { FRIENDS_EVENTS, MARKETING } from '../consent.ts';
import { profileOf } from '../member/profile.ts';
import { type AttributeValue, type MemberFacts, NONE } from '../segment/types.ts';
import type { KnownPerson } from '../working-set-types.ts';
import type { RecordedConsent, RecordedMember } from './types.ts';

/** A consent that an event gave comes with the event; all others come with their time. */
export const givenByEvent = ({ source }: RecordedConsent): boolean =>
  source.startsWith('evt_') || FRIENDS_EVENTS.has(source);

/** Whether the member may be written to, as it was just before `at`. */
export function personAt({ id, blocked, consents }: RecordedMember, at: EpochMs): KnownPerson {
  const last = consents.findLast((consent) => consent.purpose === MARKETING && consent.at < at);
  return { id, blocked, consent: last?.action ?? 'none', ...(last && { consentAt: last.at }) };
}

/** What segments may ask, as it was at `at`: what is known now, with everything taken back that changed since. */
export function factsAt(member: RecordedMember, at: EpochMs): MemberFacts {
  const tags = new Set(member.tags);
  const attributes = new Map(member.attributes);
  for (const { kind, name, before, at: changedAt } of [...member.changes].sort((a, b) => b.at - a.at)) {
    if (changedAt <= at) break;
    if (kind === 'tag') {
      if (before === undefined) tags.delete(name);
      else tags.add(name);
    } else if (before === undefined) attributes.delete(name);
    else attributes.set(name, JSON.parse(before) as AttributeValue);
  }
  const agreed = new Set<string>();
  for (const { purpose, action, at: givenAt } of member.consents) {
    if (givenAt > at) break;
    if (action === 'granted') agreed.add(purpose);
    else agreed.delete(purpose);
  }
  return {
    ...profileOf(tags, attributes),
    firstSeenAt: member.createdAt <= at ? member.createdAt : NONE,
    consents: agreed,
  };
}
