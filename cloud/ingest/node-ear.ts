import type { NodeId } from '../../protocol/ids.ts';
import { tagSubjectKey } from '../../protocol/messages/common.ts';
import {
  type EventAck,
  EventBatchEnvelope,
  NodeEvent,
  type RowRejectCode,
  toRanges,
} from '../../protocol/messages/events.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { eventTime } from '../core/event-time.ts';
import type { EventId, Mint } from '../core/ids.ts';
import type { Ledger, LedgerTx, RegisteredNode } from '../core/ports.ts';
import { dispatch } from './dispatch.ts';

export interface BatchTaken {
  readonly ack: EventAck;
  readonly deliveries: number;
  readonly duplicates: number;
}

/**
 * Takes one batch of a node: everything about it in one transaction, then the ack. A row that can never be accepted is
 * rejected by code and blocks nobody; a batch whose envelope cannot be read is refused whole.
 */
export const createNodeEar =
  (deps: { readonly ledger: Ledger; readonly mint: Mint; readonly now: () => EpochMs }) =>
  async (nodeId: NodeId, payload: Uint8Array): Promise<Result<BatchTaken, 'bad_batch' | 'unknown_node'>> => {
    const envelope = readEnvelope(payload);
    if (envelope === undefined) return reject('bad_batch', 'the payload is not an event batch');
    const receivedAt = deps.now();
    const done: number[] = [];
    const rejected: { seq: number; code: RowRejectCode }[] = [];
    let deliveries = 0;
    let duplicates = 0;
    const known = await deps.ledger.transaction(async (tx) => {
      const node = await tx.registry.node(nodeId);
      if (node === undefined) return false;
      for (const row of envelope.events) {
        const parsed = NodeEvent.safeParse(row);
        if (!parsed.success) {
          rejected.push({ seq: row.seq, code: KNOWN_TYPES.has(String(row['type'])) ? 'malformed' : 'unknown_type' });
          continue;
        }
        const taken = await takeNodeEvent(tx, deps.mint, node, envelope, parsed.data, receivedAt);
        if (taken === 'duplicate') duplicates += 1;
        else deliveries += taken;
        done.push(row.seq);
      }
      return true;
    });
    if (!known) return reject('unknown_node', `node ${nodeId} is not in the registry`);
    return accept({ ack: { v: 1, epoch: envelope.epoch, done: toRanges(done), rejected }, deliveries, duplicates });
  };

const KNOWN_TYPES: ReadonlySet<string> = new Set(['enter', 'dwell', 'exit', 'loss', 'footfall']);

function readEnvelope(payload: Uint8Array): EventBatchEnvelope | undefined {
  try {
    return EventBatchEnvelope.safeParse(JSON.parse(Buffer.from(payload).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

async function takeNodeEvent(
  tx: LedgerTx,
  mint: Mint,
  node: RegisteredNode,
  batch: EventBatchEnvelope,
  nodeEvent: NodeEvent,
  receivedAt: EpochMs,
): Promise<number | 'duplicate'> {
  const { at, ageMs } = eventTime(nodeEvent, batch, receivedAt);
  const event = {
    id: mint.id('event') as EventId,
    ear: 'tag' as const,
    sourceId: `${node.id}:${batch.epoch}:${nodeEvent.seq}`,
    type: nodeEvent.type,
    at: epochMs(at),
    receivedAt,
    ...(ageMs !== undefined && { ageMs }),
    nodeId: node.id,
    body: null,
  };
  if (!(await tx.events.add(event))) return 'duplicate';
  if (nodeEvent.type === 'loss' || nodeEvent.type === 'footfall') {
    const count = nodeEvent.type === 'loss' ? nodeEvent.dropped : nodeEvent.count;
    await tx.events.close(event.id, 'done', { nodeId: node.id, storeId: node.place.storeId, count });
    return 0;
  }
  // Who an unregistered tag belongs to is not known, and its identity is not kept.
  const member = await tx.members.byIdentity('ble_tag', 'ibeacon', tagSubjectKey(nodeEvent.subject));
  return await dispatch(
    tx,
    mint,
    { event, node, member, trust: 'node', trigger: nodeEvent.type, facts: {} },
    receivedAt,
  );
}
