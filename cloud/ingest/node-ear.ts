import type { NodeId } from '../../protocol/ids.ts';
import {
  type EventAck,
  EventBatchEnvelope,
  NodeEvent,
  type RowRejectCode,
  toRanges,
} from '../../protocol/messages/events.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Mint } from '../core/ids.ts';
import type { Ledger, RegisteredNode } from '../core/ports.ts';
import type { OnUnmade } from './dispatch.ts';
import { takeNodeEvent } from './node-event.ts';

export interface BatchTaken {
  readonly ack: EventAck;
  readonly deliveries: number;
  readonly duplicates: number;
}

type RawRow = EventBatchEnvelope['events'][number];

/** What became of some rows of one batch. */
interface RowsTaken {
  readonly done: readonly number[];
  readonly rejected: readonly { readonly seq: number; readonly code: RowRejectCode }[];
  readonly deliveries: number;
  readonly duplicates: number;
}

/**
 * Takes one batch of a node: everything about it in one transaction, then the ack. A row that can never be accepted is
 * rejected by code and blocks nobody; a batch whose envelope cannot be read is refused whole. Rejects when the database
 * is at fault: then nothing is acknowledged and the node sends again.
 */
export const createNodeEar = (deps: {
  readonly ledger: Ledger;
  readonly mint: Mint;
  readonly now: () => EpochMs;
  /** Told of a row we broke on; it is rejected, and the node keeps it parked. */
  readonly onFailed: (sourceId: string, error: unknown) => void;
  readonly onUnmade?: OnUnmade;
}) => {
  const { ledger, mint } = deps;

  const takeTogether = (node: RegisteredNode, batch: EventBatchEnvelope, rows: readonly RawRow[], at: EpochMs) =>
    ledger.transaction(async (tx): Promise<RowsTaken> => {
      const done: number[] = [];
      const rejected: { seq: number; code: RowRejectCode }[] = [];
      let deliveries = 0;
      let duplicates = 0;
      for (const row of rows) {
        const parsed = NodeEvent.safeParse(row);
        if (!parsed.success) {
          rejected.push({ seq: row.seq, code: KNOWN_TYPES.has(String(row['type'])) ? 'malformed' : 'unknown_type' });
          continue;
        }
        const taken = await takeNodeEvent(tx, mint, node, batch, parsed.data, at, deps.onUnmade);
        if (taken === 'duplicate') duplicates += 1;
        else deliveries += taken;
        done.push(row.seq);
      }
      return { done, rejected, deliveries, duplicates };
    });

  /** All rows in one transaction; where one of them breaks us, each in its own, so that only that one is rejected. */
  const take = async (
    node: RegisteredNode,
    batch: EventBatchEnvelope,
    rows: readonly RawRow[],
    at: EpochMs,
  ): Promise<RowsTaken> => {
    try {
      return await takeTogether(node, batch, rows, at);
    } catch (error) {
      if (ledger.isFault(error)) throw error;
      const [only, ...more] = rows;
      if (only === undefined || more.length === 0) {
        const seq = only?.seq ?? 0;
        deps.onFailed(`${node.id}:${batch.epoch}:${seq}`, error);
        return { done: [], rejected: [{ seq, code: 'failed' }], deliveries: 0, duplicates: 0 };
      }
    }
    let all: RowsTaken = { done: [], rejected: [], deliveries: 0, duplicates: 0 };
    for (const row of rows) {
      const one = await take(node, batch, [row], at);
      all = {
        done: [...all.done, ...one.done],
        rejected: [...all.rejected, ...one.rejected],
        deliveries: all.deliveries + one.deliveries,
        duplicates: all.duplicates + one.duplicates,
      };
    }
    return all;
  };

  return async (nodeId: NodeId, payload: Uint8Array): Promise<Result<BatchTaken, 'bad_batch' | 'unknown_node'>> => {
    const batch = readEnvelope(payload);
    if (batch === undefined) return reject('bad_batch', 'the payload is not an event batch');
    const node = await ledger.read(({ registry }) => registry.node(nodeId));
    if (node === undefined) return reject('unknown_node', `node ${nodeId} is not in the registry`);
    const { done, rejected, deliveries, duplicates } = await take(node, batch, batch.events, deps.now());
    return accept({
      ack: { v: 1, epoch: batch.epoch, done: toRanges(done), rejected: [...rejected] },
      deliveries,
      duplicates,
    });
  };
};

const KNOWN_TYPES: ReadonlySet<string> = new Set(
  NodeEvent.options.flatMap(({ shape: { type } }): string[] => ('options' in type ? type.options : [...type.values])),
);

function readEnvelope(payload: Uint8Array): EventBatchEnvelope | undefined {
  try {
    return EventBatchEnvelope.safeParse(JSON.parse(Buffer.from(payload).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
