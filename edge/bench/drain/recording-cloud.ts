import type { EventAck, EventBatchEnvelope } from '../../../protocol/messages/events.ts';
import { ackOf, type CloudEnd, startCloudEnd } from './cloud-end.ts';

/**
 * The cloud's part in the uplink and nothing else: it notes which rows came, and acknowledges as it is told to. What it
 * holds stands for the cloud's database; what came counts as committed the moment it is noted.
 */
export interface RecordingCloud extends CloudEnd {
  /** Every row once, as `epoch:seq`, with what it said at first. */
  readonly rows: ReadonlyMap<string, RecordedRow>;
  /** How many rows came again after they had been noted. */
  readonly repeats: () => number;
  readonly batches: () => number;
  /** Rows in each of the last batches. */
  readonly sizes: () => readonly number[];
}

export interface RecordedRow {
  readonly type: string;
  readonly at: number;
  readonly reason: string;
  readonly clock: string;
  /** By the node's monotonic clock, when it was sent in the boot it happened in. */
  readonly ageMs: number | undefined;
}

/** What to say to a batch: any number of acks; none is silence. */
export type AckPolicy = (batch: EventBatchEnvelope, turn: number) => readonly Omit<EventAck, 'v'>[];

export const ackAll: AckPolicy = (batch) => [ackOf(batch)];

const MOST_SIZES = 1_000;

export async function startRecordingCloud(
  url: string,
  policy: () => AckPolicy = () => ackAll,
): Promise<RecordingCloud> {
  const rows = new Map<string, RecordedRow>();
  const sizes: number[] = [];
  let repeats = 0;
  let batches = 0;
  const end = await startCloudEnd(url, (batch) => {
    for (const event of batch.events) {
      const key = `${batch.epoch}:${event.seq}`;
      if (rows.has(key)) repeats += 1;
      else rows.set(key, recorded(event, batch));
    }
    sizes.push(batch.events.length);
    if (sizes.length > MOST_SIZES) sizes.shift();
    batches += 1;
    return policy()(batch, batches);
  });
  return { ...end, rows, repeats: () => repeats, batches: () => batches, sizes: () => sizes };
}

const recorded = (
  event: EventBatchEnvelope['events'][number],
  { boot, sentMonoMs }: EventBatchEnvelope,
): RecordedRow => ({
  type: String(event['type']),
  at: Number(event['at']),
  reason: String(event['reason']),
  clock: String(event['clock']),
  ageMs: event['boot'] === boot ? sentMonoMs - Number(event['monoMs']) : undefined,
});
