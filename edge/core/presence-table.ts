import type { TagSubject } from '../../protocol/messages/common.ts';
import type { MonoMs, RssiDbm } from '../../protocol/units.ts';
import type { AdvertiserToken } from './advertiser-token.ts';
import {
  ABSENT,
  deadline,
  type PresencePolicy,
  type PresenceState,
  type PresenceTransition,
  type PresentState,
  step,
} from './presence.ts';
import { type AdmissionPolicy, type AdmissionRefusal, createAdmission } from './presence-admission.ts';
import { hearSteady, type OwnedPresent, ownedCopy } from './presence-steady.ts';
import { createSubjectMap } from './subject-map.ts';

export interface SubjectTransition {
  readonly subject: TagSubject;
  readonly transition: PresenceTransition;
}

export interface PresentTag {
  readonly subject: TagSubject;
  readonly state: PresentState;
}

export type PresenceRefusal = 'table-full' | AdmissionRefusal;
export const PRESENCE_REFUSALS: readonly PresenceRefusal[] = ['table-full', 'advertiser-flood', 'uuid-flood'];

export interface PresenceCounts {
  readonly followed: number;
  readonly present: number;
  /** Sightings of tags that were not followed, by reason. */
  readonly refused: Readonly<Record<PresenceRefusal, number>>;
}

/**
 * All tags one node follows. Absent tags take no room; a tag beyond a limit is not followed and is counted, so a flood
 * of invented tags can neither fill the memory nor push out those who are present.
 */
export interface PresenceTable {
  sighting(subject: TagSubject, at: MonoMs, rssi: RssiDbm, advertiser?: AdvertiserToken): readonly SubjectTransition[];
  /** Lets time pass for every tag whose deadline has come. */
  tick(at: MonoMs): readonly SubjectTransition[];
  present(): readonly PresentTag[];
  /** Takes up what an earlier life of this node knew. Only into an empty table: here everything is newer. */
  resume(tags: readonly PresentTag[]): void;
  /** From now on tags are judged by this one; those who are present stay so until it says otherwise. */
  setPolicy(policy: PresencePolicy): void;
  /** As if this tag had never been heard; nobody is told that it left. Returns whether it was followed. */
  forget(subject: TagSubject): boolean;
  counts(): PresenceCounts;
}

/** Changed in place: a present tag's entry is written at every sighting. */
interface Entry {
  readonly subject: TagSubject;
  /** Nobody else's: `step` keeps no hold of what it returned, and whoever asks who is present gets copies. */
  state: Exclude<PresenceState, PresentState> | OwnedPresent;
}

const NOTHING: readonly SubjectTransition[] = [];

export function createPresenceTable(options: {
  readonly policy: PresencePolicy;
  readonly maxTags: number;
  readonly admission: AdmissionPolicy;
}): PresenceTable {
  const { maxTags } = options;
  let { policy } = options;
  const entries = createSubjectMap<Entry>();
  const admission = createAdmission(options.admission);
  const refused: Record<PresenceRefusal, number> = { 'table-full': 0, 'advertiser-flood': 0, 'uuid-flood': 0 };
  /** Not later than any tag's: sightings only put deadlines off, and looking at every tag every beat took 8 % of the time. */
  let firstDeadline = Number.POSITIVE_INFINITY;

  function apply(
    known: Entry | undefined,
    subject: TagSubject,
    input: Parameters<typeof step>[1],
  ): readonly SubjectTransition[] {
    const { state, events, nextDeadline } = step(known?.state ?? ABSENT, input, policy);
    if (nextDeadline !== undefined) firstDeadline = Math.min(firstDeadline, nextDeadline);
    if (state.at === 'absent') entries.delete(subject);
    else if (known === undefined) entries.set(subject, { subject, state });
    else known.state = state;
    if (events.length === 0) return NOTHING;
    return events.map((transition) => ({ subject, transition }));
  }

  return {
    sighting(subject, at, rssi, advertiser) {
      const known = entries.get(subject);
      if (known?.state.at === 'present' && hearSteady(known.state, at, rssi, policy)) return NOTHING;
      // An absent tag heard too weakly stays absent: it asks for no place, and most tags in the street are such.
      if (known === undefined && rssi < policy.enterDbm) return NOTHING;
      if (known === undefined) {
        const refusal = entries.size >= maxTags ? 'table-full' : admission.refusal(subject, advertiser, at);
        if (refusal !== undefined) {
          refused[refusal] += 1;
          return NOTHING;
        }
      }
      return apply(known, subject, { type: 'sighting', at, rssi });
    },
    tick(at) {
      if (at < firstDeadline) return NOTHING;
      firstDeadline = Number.POSITIVE_INFINITY;
      const told: SubjectTransition[] = [];
      for (const entry of entries.values().toArray()) {
        const due = deadline(entry.state, policy) ?? Number.POSITIVE_INFINITY;
        if (due <= at) told.push(...apply(entry, entry.subject, { type: 'tick', at }));
        else firstDeadline = Math.min(firstDeadline, due);
      }
      return told;
    },
    present: () => presentOf(entries.values()),
    resume(tags) {
      if (entries.size > 0) throw new Error('a presence table resumes before it hears anything');
      for (const { subject, state } of tags.slice(0, maxTags)) {
        entries.set(subject, { subject, state: ownedCopy(state) });
      }
      // The first tick works it out.
      firstDeadline = Number.NEGATIVE_INFINITY;
    },
    setPolicy(given) {
      policy = given;
      firstDeadline = Number.NEGATIVE_INFINITY;
    },
    forget(subject) {
      const followed = entries.get(subject) !== undefined;
      entries.delete(subject);
      return followed;
    },
    counts: () => ({
      followed: entries.size,
      present: entries.values().reduce((count, { state }) => (state.at === 'present' ? count + 1 : count), 0),
      refused: { ...refused },
    }),
  };
}

const presentOf = (entries: Iterable<Entry>): PresentTag[] =>
  Iterator.from(entries)
    .flatMap(({ subject, state }) => (state.at === 'present' ? [{ subject, state: ownedCopy(state) }] : []))
    .toArray();
