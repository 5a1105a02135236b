import { type TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import type { MonoMs, RssiDbm } from '../../protocol/units.ts';
import { ABSENT, type PresencePolicy, type PresenceState, type PresenceTransition, step } from './presence.ts';

export interface SubjectTransition {
  readonly subject: TagSubject;
  readonly transition: PresenceTransition;
}

/**
 * All tags one node follows. Absent tags take no room; a tag beyond the limit is not followed and is counted, so a flood
 * of invented tags can neither fill the memory nor push out those who are present.
 */
export interface PresenceTable {
  sighting(subject: TagSubject, at: MonoMs, rssi: RssiDbm): readonly SubjectTransition[];
  /** Lets time pass for every tag whose deadline has come. */
  tick(at: MonoMs): readonly SubjectTransition[];
  counts(): { readonly followed: number; readonly present: number; readonly refused: number };
}

interface Entry {
  readonly subject: TagSubject;
  readonly state: PresenceState;
  readonly deadline: number;
}

export function createPresenceTable(options: {
  readonly policy: PresencePolicy;
  readonly maxTags: number;
}): PresenceTable {
  const { policy, maxTags } = options;
  const entries = new Map<string, Entry>();
  let refused = 0;

  function apply(key: string, subject: TagSubject, input: Parameters<typeof step>[1]): SubjectTransition[] {
    const result = step(entries.get(key)?.state ?? ABSENT, input, policy);
    if (result.state.at === 'absent') entries.delete(key);
    else entries.set(key, { subject, state: result.state, deadline: result.nextDeadline ?? Number.POSITIVE_INFINITY });
    return result.events.map((transition) => ({ subject, transition }));
  }

  return {
    sighting(subject, at, rssi) {
      const key = tagSubjectKey(subject);
      if (!entries.has(key) && entries.size >= maxTags) {
        refused += 1;
        return [];
      }
      return apply(key, subject, { type: 'sighting', at, rssi });
    },
    tick(at) {
      const due = [...entries].filter(([, entry]) => entry.deadline <= at);
      return due.flatMap(([key, entry]) => apply(key, entry.subject, { type: 'tick', at }));
    },
    counts() {
      const present = entries.values().filter((entry) => entry.state.at === 'present');
      return { followed: entries.size, present: present.toArray().length, refused };
    },
  };
}
