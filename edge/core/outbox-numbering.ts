import type { OutboxEpoch } from '../../protocol/ids.ts';

/** What names an event for ever: the cloud takes each of these once. */
export interface EventIdentity {
  readonly epoch: OutboxEpoch;
  readonly seq: number;
}

/**
 * Numbers events before they are first stored, and never gives a number to two of them.
 *
 * An epoch is one life of one writer: it is drawn anew by every process, so a database that was put back from a copy
 * cannot bring a number back into use, and after every failed store. An event whose store failed may be on the disk
 * nevertheless; it keeps its number for the repetition, so that both are the same event to the cloud.
 */
export interface Numbering {
  number(draft: object): EventIdentity;
  /** These were not stored, or nobody knows whether they were: they will come again. Others get numbers of a new epoch. */
  inDoubt(numbered: readonly { readonly draft: object; readonly identity: EventIdentity }[]): void;
  /** From now on numbers are of a new epoch. */
  renew(): void;
}

export function createNumbering(newEpoch: () => OutboxEpoch): Numbering {
  // Weakly: an event that is given up before it was stored takes its number along.
  const kept = new WeakMap<object, EventIdentity>();
  let epoch = newEpoch();
  let last = 0;
  const renew = (): void => {
    epoch = newEpoch();
  };
  return {
    number(draft) {
      const before = kept.get(draft);
      if (before !== undefined) {
        // Once only: the same object handed in twice is two events.
        kept.delete(draft);
        return before;
      }
      last += 1;
      return { epoch, seq: last };
    },
    inDoubt(numbered) {
      for (const { draft, identity } of numbered) kept.set(draft, identity);
      renew();
    },
    renew,
  };
}
