import type { TagSubject } from '../../protocol/messages/common.ts';

/**
 * A map by tag. Its keys are the tag's numbers rather than a text made of them, because making and hashing that text
 * took half the time of a sighting.
 */
export interface SubjectMap<T> {
  readonly size: number;
  get(subject: TagSubject): T | undefined;
  set(subject: TagSubject, value: T): void;
  delete(subject: TagSubject): void;
  values(): IteratorObject<T>;
}

export function createSubjectMap<T>(): SubjectMap<T> {
  const byUuid = new Map<string, Map<number, T>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    get: (subject) => byUuid.get(subject.uuid)?.get(numberOf(subject)),
    set(subject, value) {
      let tags = byUuid.get(subject.uuid);
      if (tags === undefined) {
        tags = new Map();
        byUuid.set(subject.uuid, tags);
      }
      const before = tags.size;
      tags.set(numberOf(subject), value);
      size += tags.size - before;
    },
    delete(subject) {
      const tags = byUuid.get(subject.uuid);
      if (tags?.delete(numberOf(subject)) !== true) return;
      size -= 1;
      if (tags.size === 0) byUuid.delete(subject.uuid);
    },
    values: () => byUuid.values().flatMap((tags) => tags.values()),
  };
}

/** Both are 16-bit numbers, so no two tags of a UUID share one. */
const numberOf = ({ major, minor }: TagSubject): number => major * 0x1_0000 + minor;
