import type { OutboxEpoch } from '../../protocol/ids.ts';
import { type EventAck, toRanges } from '../../protocol/messages/events.ts';

/** Rows the cloud has answered for and a disk would not delete: they are not sent again, and go once it takes writes. */
export interface RememberedAcks {
  /** `seqs`: those of the ack that lie on the disk. */
  add(ack: EventAck, seqs: readonly number[]): number;
  has(epoch: OutboxEpoch, seq: number): boolean;
  size(): number;
  /** As acks that can be settled; one each epoch. */
  acks(): readonly EventAck[];
  clear(): void;
}

export function createRememberedAcks(max: number): RememberedAcks {
  const seqsOf = new Map<OutboxEpoch, Set<number>>();
  const rejectedOf = new Map<OutboxEpoch, EventAck['rejected'][number][]>();
  let size = 0;

  function clear(): void {
    seqsOf.clear();
    rejectedOf.clear();
    size = 0;
  }

  return {
    add(ack, seqs) {
      // Forgetting costs a repetition of what was forgotten; remembering for ever would cost the memory.
      if (size + seqs.length > max) clear();
      const known = seqsOf.get(ack.epoch) ?? new Set();
      seqsOf.set(ack.epoch, known);
      const before = known.size;
      for (const seq of seqs) known.add(seq);
      if (ack.rejected.length > 0) rejectedOf.set(ack.epoch, [...(rejectedOf.get(ack.epoch) ?? []), ...ack.rejected]);
      size += known.size - before;
      return known.size - before;
    },
    has: (epoch, seq) => seqsOf.get(epoch)?.has(seq) === true,
    size: () => size,
    acks: () =>
      [...seqsOf].map(([epoch, seqs]) => {
        const rejected = rejectedOf.get(epoch) ?? [];
        const refused = new Set(rejected.map(({ seq }) => seq));
        return { v: 1, epoch, done: toRanges([...seqs].filter((seq) => !refused.has(seq))), rejected };
      }),
    clear,
  };
}
