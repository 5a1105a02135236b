import { z } from 'zod';
import { BootId, OutboxEpoch } from '../ids.ts';
import { ClockState, EpochMsField, MonoMsField, RssiField, TagSubject } from './common.ts';

const seq = z.int().positive();
const stamped = { seq, at: EpochMsField, monoMs: MonoMsField, boot: BootId, clock: ClockState };

/** A tag came near, stayed for a configured time, or left; `reason` says in a few words why the node thinks so. */
export const PresenceEvent = z.object({
  ...stamped,
  type: z.enum(['enter', 'dwell', 'exit']),
  subject: TagSubject,
  rssiDbm: RssiField.optional(),
  /** For `dwell` and `exit`: milliseconds since the enter. */
  presentMs: z.number().nonnegative().optional(),
  reason: z.string().min(1).max(200),
});
export type PresenceEvent = z.infer<typeof PresenceEvent>;

/** Every type of event a node may write. */
export const EVENT_TYPES = ['enter', 'dwell', 'exit', 'footfall', 'loss'] as const;

/** A named hole in the record: `dropped` events were given up, so that nothing is lost silently. */
export const LossEvent = z.object({
  ...stamped,
  type: z.literal('loss'),
  dropped: z.int().positive(),
  /** The same by type of event. */
  kinds: z.partialRecord(z.enum(EVENT_TYPES), z.int().positive()).optional(),
  /** The wall times of the oldest and the newest of them, as the node's clock had it then. */
  fromMs: EpochMsField.optional(),
  untilMs: EpochMsField.optional(),
  reason: z.string().min(1).max(200),
});
export type LossEvent = z.infer<typeof LossEvent>;

/**
 * How many distinct advertisers that are no tag of ours came near in the `windowMs` before `at`. A figure about a crowd:
 * it names nobody, and no two of them can be compared.
 */
export const FootfallEvent = z.object({
  ...stamped,
  type: z.literal('footfall'),
  count: z.int().nonnegative(),
  windowMs: z.int().positive(),
});
export type FootfallEvent = z.infer<typeof FootfallEvent>;

export const NodeEvent = z.discriminatedUnion('type', [PresenceEvent, LossEvent, FootfallEvent]);
export type NodeEvent = z.infer<typeof NodeEvent>;

/** How many events one batch may carry; keeps a message below a broker's usual limits. */
export const MAX_BATCH_EVENTS = 200;

/**
 * `events`: one batch of a node's outbox. The envelope is checked first and each event on its own afterwards,
 * so that one row the cloud cannot read never blocks the others.
 */
export const EventBatchEnvelope = z.object({
  v: z.literal(1),
  epoch: OutboxEpoch,
  /** Boot the batch was sent in; events of the same boot are aged by `sentMonoMs - monoMs`. */
  boot: BootId,
  sentMonoMs: MonoMsField,
  events: z.array(z.looseObject({ seq })).min(1).max(MAX_BATCH_EVENTS),
});
export type EventBatchEnvelope = z.infer<typeof EventBatchEnvelope>;

export interface EventBatch extends Omit<EventBatchEnvelope, 'events'> {
  readonly events: readonly NodeEvent[];
}

/** Why the cloud did not accept a row; `failed`: it broke on it. The node parks it and counts it by code. */
export const RowRejectCode = z.enum(['malformed', 'unknown_type', 'failed']);
export type RowRejectCode = z.infer<typeof RowRejectCode>;

/** `ack`: sent after the cloud's commit. `done` lists exactly the committed seqs as inclusive ranges; a repeat is acked again. */
export const EventAck = z.object({
  v: z.literal(1),
  epoch: OutboxEpoch,
  done: z.array(z.tuple([seq, seq])),
  rejected: z.array(z.object({ seq, code: RowRejectCode })),
});
export type EventAck = z.infer<typeof EventAck>;

/** Inclusive ranges that cover exactly `seqs`. */
export function toRanges(seqs: Iterable<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const value of [...new Set(seqs)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === value) last[1] = value;
    else ranges.push([value, value]);
  }
  return ranges;
}
